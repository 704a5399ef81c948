/* stands in until the room has its first file */ typedef int rsk_checks_room;
