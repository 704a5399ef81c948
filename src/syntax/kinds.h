#ifndef RSK_SYNTAX_KINDS_H
#define RSK_SYNTAX_KINDS_H

/*
 * What a token can be. One row each: the name, the text it always has (""
 * when it has none), and what the reader expects behind it (the AFTER_ part
 * is for the lexer alone; see lex_p.h).
 *
 * The order matters: brackets stand together, and so do words, the
 * contextual ones (which are names nearly everywhere) first.
 */
#define RSK_JS_KINDS(X)                                                        \
	/* the frame */                                                        \
	X(START, "", STATEMENT) /* token 0, in front of everything */          \
	X(END, "", STATEMENT)   /* the last one, behind everything */          \
	X(BAD, "", KEEP)        /* a byte that begins no token */              \
	/* values */                                                           \
	X(NUMBER, "", VALUE)                                                   \
	X(STRING, "", VALUE)                                                   \
	X(REGEX, "", VALUE)                                                    \
	X(TEMPLATE_TEXT, "", KEEP) /* between the ` and ${ and } of one */     \
	X(JSX_TEXT, "", KEEP)      /* with something else than white space */  \
	X(JSX_STRING, "", KEEP)    /* an attribute's value; no escapes */      \
	/* brackets: openers, each with its closer behind it */                \
	X(LPAREN, "(", OPERAND)                                                \
	X(RPAREN, ")", VALUE)                                                  \
	X(LBRACKET, "[", OPERAND)                                              \
	X(RBRACKET, "]", VALUE)                                                \
	X(LBRACE, "{", OPERAND)                                                \
	X(RBRACE, "}", VALUE)                                                  \
	X(TEMPLATE_OPEN, "`", KEEP)                                            \
	X(TEMPLATE_CLOSE, "`", VALUE)                                          \
	X(HOLE_OPEN, "${", OPERAND) /* in a template */                        \
	X(HOLE_CLOSE, "}", KEEP)                                               \
	X(JSX_OPEN, "<", KEEP) /* partner: the end of the element */           \
	X(JSX_SELF_CLOSE, "/>", VALUE)                                         \
	X(JSX_CLOSE_END, ">", VALUE) /* of </name> */                          \
	X(JSX_TYPES_OPEN, "<", OPERAND)                                        \
	X(JSX_TYPES_CLOSE, ">", KEEP)                                          \
	/* inside an element, no partner */                                    \
	X(JSX_OPEN_END, ">", KEEP)                                             \
	X(JSX_CLOSE, "</", KEEP)                                               \
	/* punctuation */                                                      \
	X(DOT, ".", OPERAND)                                                   \
	X(ELLIPSIS, "...", OPERAND)                                            \
	X(OPTIONAL_DOT, "?.", OPERAND)                                         \
	X(QUESTION, "?", OPERAND)                                              \
	X(COLON, ":", OPERAND)                                                 \
	X(SEMICOLON, ";", STATEMENT)                                           \
	X(COMMA, ",", OPERAND)                                                 \
	X(AT, "@", OPERAND)                                                    \
	X(HASH, "#", OPERAND)                                                  \
	X(ARROW, "=>", OPERAND)                                                \
	X(ASSIGN, "=", OPERAND)                                                \
	X(ADD_ASSIGN, "+=", OPERAND)                                           \
	X(AND_ASSIGN, "&&=", OPERAND)                                          \
	X(OR_ASSIGN, "||=", OPERAND)                                           \
	X(NULLISH_ASSIGN,                                                      \
		"?"                                                            \
		"?=",                                                          \
		OPERAND)                                                       \
	X(OTHER_ASSIGN, "", OPERAND) /* -= *= <<= and so on */                 \
	X(NULLISH,                                                             \
		"?"                                                            \
		"?",                                                           \
		OPERAND)                                                       \
	X(OR, "||", OPERAND)                                                   \
	X(AND, "&&", OPERAND)                                                  \
	X(BIT_OR, "|", OPERAND)                                                \
	X(BIT_XOR, "^", OPERAND)                                               \
	X(BIT_AND, "&", OPERAND)                                               \
	X(EQ, "==", OPERAND)                                                   \
	X(NE, "!=", OPERAND)                                                   \
	X(EQ_STRICT, "===", OPERAND)                                           \
	X(NE_STRICT, "!==", OPERAND)                                           \
	X(LT, "<", OPERAND)                                                    \
	X(GT, ">", OPERAND) /* always alone: >> is two of them */              \
	X(LE, "<=", OPERAND)                                                   \
	X(GE, ">=", OPERAND)                                                   \
	X(SHIFT_LEFT, "<<", OPERAND)                                           \
	X(PLUS, "+", OPERAND)                                                  \
	X(MINUS, "-", OPERAND)                                                 \
	X(STAR, "*", OPERAND)                                                  \
	X(SLASH, "/", OPERAND)                                                 \
	X(PERCENT, "%", OPERAND)                                               \
	X(POWER, "**", OPERAND)                                                \
	X(NOT, "!", KEEP)                                                      \
	X(TILDE, "~", OPERAND)                                                 \
	X(INCREMENT, "++", KEEP)                                               \
	X(DECREMENT, "--", KEEP)                                               \
	/* words: names, then words that are names almost everywhere */        \
	X(NAME, "", VALUE)                                                     \
	X(PRIVATE_NAME, "", VALUE) /* with its # */                            \
	X(ABSTRACT, "abstract", VALUE)                                         \
	X(AS, "as", BETWEEN)                                                   \
	X(ASYNC, "async", VALUE)                                               \
	X(AWAIT, "await", OPERAND)                                             \
	X(DECLARE, "declare", VALUE)                                           \
	X(FROM, "from", VALUE)                                                 \
	X(GET, "get", VALUE)                                                   \
	X(INTERFACE, "interface", VALUE)                                       \
	X(IS, "is", BETWEEN)                                                   \
	X(LET, "let", OPERAND)                                                 \
	X(NAMESPACE, "namespace", VALUE)                                       \
	X(OF, "of", BETWEEN)                                                   \
	X(SATISFIES, "satisfies", BETWEEN)                                     \
	X(SET, "set", VALUE)                                                   \
	X(STATIC, "static", VALUE)                                             \
	X(TYPE, "type", VALUE)                                                 \
	X(YIELD, "yield", OPERAND)                                             \
	/* reserved words */                                                   \
	X(BREAK, "break", VALUE)                                               \
	X(CASE, "case", OPERAND)                                               \
	X(CATCH, "catch", VALUE)                                               \
	X(CLASS, "class", VALUE)                                               \
	X(CONST, "const", OPERAND)                                             \
	X(CONTINUE, "continue", VALUE)                                         \
	X(DEBUGGER, "debugger", VALUE)                                         \
	X(DEFAULT, "default", STATEMENT)                                       \
	X(DELETE, "delete", OPERAND)                                           \
	X(DO, "do", STATEMENT)                                                 \
	X(ELSE, "else", STATEMENT)                                             \
	X(ENUM, "enum", VALUE)                                                 \
	X(EXPORT, "export", STATEMENT)                                         \
	X(EXTENDS, "extends", OPERAND)                                         \
	X(FALSE, "false", VALUE)                                               \
	X(FINALLY, "finally", STATEMENT)                                       \
	X(FOR, "for", VALUE)                                                   \
	X(FUNCTION, "function", VALUE)                                         \
	X(IF, "if", VALUE)                                                     \
	X(IMPORT, "import", VALUE)                                             \
	X(IN, "in", OPERAND)                                                   \
	X(INSTANCEOF, "instanceof", OPERAND)                                   \
	X(NEW, "new", OPERAND)                                                 \
	X(NULL, "null", VALUE)                                                 \
	X(RETURN, "return", OPERAND)                                           \
	X(SUPER, "super", VALUE)                                               \
	X(SWITCH, "switch", VALUE)                                             \
	X(THIS, "this", VALUE)                                                 \
	X(THROW, "throw", OPERAND)                                             \
	X(TRUE, "true", VALUE)                                                 \
	X(TRY, "try", STATEMENT)                                               \
	X(TYPEOF, "typeof", OPERAND)                                           \
	X(VAR, "var", OPERAND)                                                 \
	X(VOID, "void", OPERAND)                                               \
	X(WHILE, "while", VALUE)                                               \
	X(WITH, "with", VALUE)

enum rsk_js_kind {
#define X(name, text, after) RSK_JS_##name,
	RSK_JS_KINDS(X)
#undef X
		RSK_JS_KIND_COUNT,
};

#endif
