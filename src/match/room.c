/* stands in until the room has its first file */ typedef int rsk_match_room;
