#ifndef RSK_CLI_VERSION_H
#define RSK_CLI_VERSION_H

/* Set by the build from the project's version. */
#ifndef RSK_VERSION
#define RSK_VERSION "0.0.0"
#endif

#endif
