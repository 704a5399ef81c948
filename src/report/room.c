/* stands in until the room has its first file */ typedef int rsk_report_room;
