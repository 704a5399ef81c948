typedef int rsk_cli_room;
