/* stands in until the room has its first file */ typedef int rsk_scan_room;
