#ifndef RSK_BASE_LIMITS_H
#define RSK_BASE_LIMITS_H

/*
 * Every limit of the program: its value, why it is what it is, and what
 * happens to input beyond it. Nothing is dropped silently: a limit that cuts
 * is counted in the coverage ledger. docs/limits.md is the same table for
 * people; a test compares the two.
 */

#define RSK_KIB ((size_t)1024)
#define RSK_MIB (RSK_KIB * 1024)

/* A buffer for which memory must be there. Without it the process ends (exit
 * status 4); without memory for a larger one the input that it is for is a gap
 * of class "memory". */
#define RSK_SMALL_BYTES (1 * RSK_MIB)

/* Bytes of a file that decide its encoding and whether it is text. */
#define RSK_SNIFF_BYTES (8 * RSK_KIB)

/* Text scanned at a time. Larger ones stream through windows of this size. */
#define RSK_WINDOW_BYTES (4 * RSK_MIB)

/* A file whose size the system does not tell (/proc); some never end. Over: a
 * gap of class "limit"; what was read of it counts. */
#define RSK_MAX_UNSIZED_BYTES (64 * RSK_MIB)

/* Longest match of any pattern. The rule check refuses wider patterns. */
#define RSK_MAX_MATCH (16 * RSK_KIB)

/* PCRE2: steps and memory of one search in one window. Over: retried without
 * JIT, then the place is a gap of class "regex-limit". */
#define RSK_REGEX_MATCH_LIMIT 1000000u
#define RSK_REGEX_DEPTH_LIMIT 100000u
#define RSK_REGEX_HEAP_KIB    (64u * 1024u)
#define RSK_REGEX_JIT_STACK   (8 * RSK_MIB)

/* Places in one text where one pattern may run into these limits. Over: the
 * pattern is given up for the rest of the text; the gap says so already. */
#define RSK_REGEX_GAPS 16u

/* Anchors remembered for scanning the next version of a text. Over: that one is
 * scanned in full. */
#define RSK_MAX_TRACE_HITS ((size_t)1 << 20)

/* One rule or configuration file. Over: an error, nothing is scanned. */
#define RSK_MAX_YAML_BYTES (1 * RSK_MIB)
#define RSK_MAX_YAML_DEPTH 32u
#define RSK_MAX_YAML_NODES 100000u

/* A baseline: a line is a few hundred bytes, and a report lists no more
 * findings than that. Over: an error, nothing is scanned. */
#define RSK_MAX_BASELINE_BYTES   (64 * RSK_MIB)
#define RSK_MAX_BASELINE_LINE    (64 * RSK_KIB)
#define RSK_MAX_BASELINE_ENTRIES 200000u

/* The path of a finding in it, which only helps people. Over: cut. */
#define RSK_MAX_BASELINE_PATH 1024u

/* Rules, all files together and one of them. Over: the same. */
#define RSK_MAX_RULES      10000u
#define RSK_MAX_PATTERNS   50000u
#define RSK_MAX_RULE_BYTES (64 * RSK_MIB) /* of all rule files */
#define RSK_MAX_RULE_DIRS  10000u         /* folders below one --rules */
#define RSK_MAX_SETS       200u           /* path sets of one file */
#define RSK_MAX_GLOBS      4096u          /* of one list, sets unfolded */
#define RSK_MAX_ALL_GLOBS  1000000u       /* of all lists, the same way */
#define RSK_MAX_GLOB_BYTES 1024u          /* of one glob */
#define RSK_MAX_LIST       1000u          /* entries of any other list */
#define RSK_MAX_LINE_TEXT  512u           /* bytes of a title or message */
#define RSK_MAX_ANCHOR     64u            /* bytes of an anchor */
#define RSK_MAX_EXAMPLES   (64 * RSK_MIB) /* bytes searched for anchors */

/* A regular expression of a rule: groups in groups, and how many items it has
 * when all repetitions are written out (PCRE2 does that). Over: an error. */
#define RSK_MAX_REGEX_BYTES (16 * RSK_KIB)
#define RSK_MAX_REGEX_DEPTH 64u
#define RSK_MAX_REGEX_ITEMS 65536u

/* Findings listed; of a report, the most severe. Over: counted in total,
 * reported as truncated, and the run still fails. */
#define RSK_MAX_FINDINGS_PER_RULE_AND_FILE 1000u
#define RSK_MAX_FINDINGS                   100000u
#define RSK_MAX_SARIF_RESULTS              25000u

/* Findings and keys that a page for a browser lists, the most severe first. One
 * takes about 1 kB, and browsers get slow beyond that. Over: counted there; the
 * JSON formats have all. */
#define RSK_MAX_HTML_FINDINGS 10000u
#define RSK_MAX_HTML_KEYS     200u

/* A report in Markdown [bytes]. GitHub takes 65,536 characters as a comment.
 * Over: what is left out is counted at its end. */
#define RSK_MAX_MARKDOWN_BYTES 60000u

/* Gaps and skips listed by path for each reason. Over: counted. */
#define RSK_MAX_LISTED 1000u

/* A snippet shows this many bytes of a line on each side of the match. */
#define RSK_SNIPPET_SIDE 120u

/* One text (a path, a message) in a report for people. Over: cut, with "..." at
 * the cut; the JSON formats have all of it. */
#define RSK_MAX_SHOWN_TEXT (64 * RSK_KIB)

/* Whole files that a check reads into memory (manifests, ignore files). Over:
 * a gap of class "limit". */
#define RSK_MAX_CHECKED_FILE (8 * RSK_MIB)

/* Lines of one recipe (CI, compose, eas.json) that are read for the checklist,
 * and keys named in it; people write these files by hand. Over: a gap of class
 * "limit". */
#define RSK_MAX_RECIPE_LINES 20000u
#define RSK_MAX_RECIPE_KEYS  1000u

/* One source file whose code is analysed. Over: a gap of class "syntax-limit";
 * patterns still run on it. */
#define RSK_MAX_SYNTAX_BYTES (32 * RSK_MIB)

/* Names, functions and writes of one source file, and brackets in each other.
 * Real files have some ten thousand. Over: a gap of class "syntax-limit". */
#define RSK_MAX_SYNTAX_NAMES 1000000u

/* Names, strings and operators of one source file in a language that is only
 * read as tokens (Python, Go and the like); 16 bytes each. Over: a gap of class
 * "syntax-limit". */
#define RSK_MAX_TOKENS 4000000u

/* In such a file: how far back an assignment to a name is looked for [tokens],
 * and how many names or functions lead on from one another. Over: the name
 * alone says what it is. All that is gone through for one file [tokens]. Over:
 * a gap of class "syntax-limit". */
#define RSK_MAX_SERVER_REACH 4000u
#define RSK_MAX_SERVER_CALLS 4u
#define RSK_MAX_SERVER_WORK  20000000u

/* A receiver of webhooks in JavaScript: functions and names looked through for
 * one question, such as whether it verifies. Over: a gap of class
 * "syntax-limit". */
#define RSK_MAX_HOOK_STEPS 5000u

/* Prefixes and arguments of one expression that are read. Over: the
 * expression is unknown, which is counted. */
#define RSK_MAX_EXPR_PREFIXES 64u
#define RSK_MAX_EXPR_ITEMS    10000u

/* How far from a property that is sent one looks whether it is counted
 * somewhere, and from a request for where it was opened [tokens]. Over: its
 * name says what it is; it is no request to the product. */
#define RSK_MAX_COUNT_REACH 10000u

/* The value of one argument: expressions looked at, how deep they lead, bytes
 * of a text put together. Over: that part is unknown, which is counted. */
#define RSK_MAX_EVAL_NODES 4000u
#define RSK_MAX_EVAL_DEPTH 100u
#define RSK_MAX_EVAL_TEXT  (64 * RSK_KIB)

/* git: the index, one inflated object, the longest delta chain, and the
 * default of --memory. Over: a gap of class "git-limit" naming the object. */
#define RSK_MAX_INDEX_BYTES  (1024 * RSK_MIB)
#define RSK_MAX_OBJECT_BYTES (256 * RSK_MIB)
#define RSK_MAX_DELTA_CHAIN  10000u
#define RSK_PACK_MEMORY      (256 * RSK_MIB)

/* What all deltas of a database may make together: so many bytes, or so many
 * times what its packs have, whichever is more. Honest ones stay far below (a
 * large file with ten thousand versions), a bomb does not end. Over: the rest
 * is a gap. */
#define RSK_MAX_DELTA_RESULTS ((uint64_t)256 * 1024 * RSK_MIB)
#define RSK_MAX_DELTA_GROWTH  1000u

/* The index of one pack, about 30 bytes an object. Over: the pack is a gap. */
#define RSK_MAX_PACK_INDEX (4096 * RSK_MIB)

/* Paths that one folder or blob had in all commits, and those of one secret
 * that are listed and tried as the place to tell it at. Over: the report says
 * that there are more; if the rule is meant for none of those tried, that is a
 * gap of class "git-limit". */
#define RSK_MAX_PATHS_OF_OBJECT 32u
#define RSK_MAX_PATHS_OF_SECRET 256u

/* Packs that are mapped into memory at a time. Over: the others are read in
 * blocks, which is slower. */
#define RSK_MAX_MAPPINGS 64u

/* Text files inside .git (HEAD, config, a loose ref), and packed-refs. Over:
 * the repository is refused, the reader is told why. */
#define RSK_MAX_GIT_TEXT_BYTES (1 * RSK_MIB)
#define RSK_MAX_REFS_BYTES     (256 * RSK_MIB)

/* The name of a ref, folders in it, symbolic refs followed. Over: the ref is
 * handed out as broken. */
#define RSK_MAX_REF_BYTES    1024u
#define RSK_MAX_REF_DEPTH    64u
#define RSK_MAX_SYMREF_DEPTH 5u

/* One ignore file, its patterns, and the wildcards of one pattern (their
 * matching is exponential in the worst case). Over: the file's patterns are
 * not used, so that nothing below it counts as ignored, and a note says so. */
#define RSK_MAX_IGNORE_BYTES    (1 * RSK_MIB)
#define RSK_MAX_IGNORE_PATTERNS 20000u
#define RSK_MAX_IGNORE_STARS    16u
#define RSK_MAX_IGNORE_GLOBSTAR 4u

/* The tree walk: bytes of folder entries read at once, and nested repositories
 * that a report names. Over: counted. */
#define RSK_DIRENT_BYTES (64 * RSK_KIB)
#define RSK_MAX_NESTED   100u

/* One path. Deeper folders than that are no accident. Over: a gap. */
#define RSK_MAX_PATH_BYTES (16 * RSK_MIB)

/* The story of one key: places, moments, and names of refs and authors that
 * are listed. Over: the report says that there are more. */
#define RSK_MAX_KEY_PLACES 1000u
#define RSK_MAX_KEY_EVENTS 200u
#define RSK_MAX_KEY_NAMES  8u

/* A key for --secret-key-file must be worth the name. Under: an error. */
#define RSK_MIN_SECRET_KEY 16u

/* Threads. Over: an error of the command line. */
#define RSK_MAX_JOBS 256u

/* Stack that the program and each of its threads must have (ulimit -s) [KiB].
 * 44 are the most that any test takes; other processors save more registers.
 * Under: it says so and ends (exit status 4), instead of dying somewhere. */
#define RSK_MIN_STACK_KIB 128

/* The process that reads what strangers wrote, once for each scan. An input
 * that shows no progress for so long, or memory beyond the first line for the
 * whole and the second for each thread, costs that input: a gap of class
 * "timeout" or "memory". Attempts are the inputs that may end the process.
 * Over: the scan gives up, which is a gap, too. Without any input at work the
 * longer time counts. */
#define RSK_CAGE_MEMORY         (2048 * RSK_MIB)
#define RSK_CAGE_MEMORY_OF_EACH (1024 * RSK_MIB)
#define RSK_CAGE_INPUT_SECONDS  60u
#define RSK_CAGE_IDLE_SECONDS   900u
#define RSK_CAGE_ATTEMPTS       64u

/* The same process: processor time (the last resort, when nobody watches any
 * more) and open files. Over: it ends; a file that cannot be opened is a gap.
 */
#define RSK_CAGE_CPU_SECONDS 86400u
#define RSK_CAGE_DESCRIPTORS 4096u

/* What it sends: all of it, and sentences about errors. Over: an internal
 * failure; later sentences are left out. */
#define RSK_CAGE_BYTES      (2048 * RSK_MIB)
#define RSK_CAGE_COMPLAINTS 100u

/* A name that is looked up among personal data. Over: it is none. */
#define RSK_MAX_NAME_BYTES 128u

/* A literal that is looked at for personal data. Over: only its beginning. */
#define RSK_MAX_VALUE_BYTES (4 * RSK_KIB)

/* Files of code that are open at a time, all together. Over: a gap of class
 * "syntax-limit"; patterns still run on the others. */
#define RSK_MAX_PROGRAM_BYTES (512 * RSK_MIB)

/* Functions between a value and the call that sends it away. Over: a gap. */
#define RSK_MAX_FLOW_STEPS 6u

/* Objects in objects that are looked at in one argument. Over: a gap. */
#define RSK_MAX_DATA_DEPTH 8u

/* Calls and values that are looked at for all sinks of a project. Over: a
 * gap. */
#define RSK_MAX_FLOW_WORK 20000u

#endif
