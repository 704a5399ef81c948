/* stands in until the room has its first file */ typedef int
	rsk_checklist_room;
