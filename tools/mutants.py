"""What may be done to a C file to see whether its tests notice: mutants.

    relational   < becomes <=, == becomes !=, ...
    off-by-one   a number, or a limit, is one more or one less
    negate       a condition is turned around
    drop         a statement does nothing
    swap         a limit is another; && is ||; + is -

mutants_of() lists them; woven() is the file with all of them in it, each asleep
until its number is picked (tests/mutation/mutant.h). For tools/mutate.py.
"""

import collections
import re

TOKEN = re.compile(r"""
    (?P<comment>/\*.*?\*/|//[^\n]*)
  | (?P<string>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
  | (?P<directive>^[ \t]*\#(?:[^\n]*\\\n)*[^\n]*)
  | (?P<number>\b\d\w*\b)
  | (?P<word>\b[A-Za-z_]\w*\b)
  | (?P<op><<=|>>=|->|\+\+|--|<<|>>|<=|>=|==|!=|&&|\|\||[-+*/%&|^]=|[-+*/%&|^!<>=~?:;,.(){}\[\]])
""", re.VERBOSE | re.DOTALL | re.MULTILINE)

RELATIONAL = {"<": ["<=", ">="], "<=": ["<", ">"], ">": [">=", "<="],
              ">=": [">", "<"], "==": ["!="], "!=": ["=="]}
SWAPS = {"&&": ["||"], "||": ["&&"], "+": ["-"], "-": ["+"], "++": ["--"],
         "--": ["++"], "+=": ["-="], "-=": ["+="], "|=": ["="], "&": ["|"]}
# What is after these is an operand: + and - there stand between two.
OPERAND = re.compile(r"^(\w+|\)|\])$")

Mutant = collections.namedtuple("Mutant", "key begin end new function")
Function = collections.namedtuple("Function", "begin end void labels")


def tokens_of(source):
    return [(m.lastgroup, m.group(), m.start(), m.end())
            for m in TOKEN.finditer(source)
            if m.lastgroup not in ("comment", "directive")]


def functions_of(tokens):
    """Their bodies: where the braces are."""
    depth, first, found = 0, 0, []
    for i, (_, text, _, _) in enumerate(tokens):
        if text == "{":
            if depth == 0:
                first = i
            depth += 1
        if text == "}":
            depth -= 1
            if depth == 0 and first and tokens[first - 1][1] == ")":
                found.append(Function(
                    tokens[first][2], tokens[i][3],
                    gives_nothing(tokens, first - 1),
                    labels_of(tokens[first:i + 1])))
    return found


def gives_nothing(tokens, i):
    """Is it a void function that comes back? Its parameters end at token i."""
    depth = 0
    while i >= 0:
        depth += {")": 1, "(": -1}.get(tokens[i][1], 0)
        if depth == 0:
            break
        i -= 1
    return tokens[i - 2][1] == "void" and tokens[i - 3][1] != "_Noreturn"


def labels_of(tokens):
    return tuple(sorted({tokens[i][1] for i in range(1, len(tokens) - 1)
                   if tokens[i][0] == "word" and tokens[i + 1][1] == ":" and
                   tokens[i - 1][1] in (";", "{", "}") and
                   tokens[i][1] != "default"}))


def closing(tokens, i):
    depth = 0
    for k in range(i, len(tokens)):
        depth += {"(": 1, ")": -1}.get(tokens[k][1], 0)
        if depth == 0:
            return k
    return i


def asserts(tokens):
    """Token numbers inside assert(...): not the program's doing."""
    found = set()
    for i, token in enumerate(tokens[:-1]):
        if token[1] == "assert":
            found.update(range(i, closing(tokens, i + 1) + 1))
    return found


def edits(tokens, i):
    """(kind, begin, end, new text) for what may be done at a token."""
    group, text, begin, end = tokens[i]
    before = tokens[i - 1][1] if i else ""
    for new in RELATIONAL.get(text, []) if group == "op" else []:
        yield "relational", begin, end, new
    if group == "op" and text in SWAPS and (
            text not in "+-&" or OPERAND.match(before)):
        for new in SWAPS[text]:
            yield "swap", begin, end, new
    if group == "number":
        # a < 0 + 1 is a <= 0, which there is already.
        after = tokens[i + 1][1] in (")", ";", "&&", "||", "?", ":", ",")
        if not after or before not in ("<", ">="):
            yield "off-by-one", begin, end, f"({text} + 1)"
        if text not in ("0", "1") and not (
                after and before in (">", "<=")):
            yield "off-by-one", begin, end, f"({text} - 1)"
    if group == "word" and re.match(r"RSK_MAX_\w+$|RSK_SMALL_BYTES$", text):
        yield "off-by-one", begin, end, f"({text} + 1)"
        yield "swap", begin, end, f"({text} / 2)"
    if text in ("if", "while") and tokens[i + 1][1] == "(":
        last = closing(tokens, i + 1)
        yield ("negate", tokens[i + 1][2], tokens[last][3], None)
    if text in (";", "{", "}") and i + 1 < len(tokens):
        if not in_parentheses(tokens, i):
            yield from drop(tokens, i + 1)


def in_parentheses(tokens, i):
    """Inside the head of a for loop?"""
    depth = 0
    for k in range(i, -1, -1):
        depth += {")": 1, "(": -1}.get(tokens[k][1], 0)
        if depth < 0:
            return True
        if tokens[k][1] in ("{", "}") and k < i:
            return False
    return False


def drop(tokens, i):
    """A call or an assignment that begins at token i, up to its ';'."""
    if tokens[i][0] != "word" or tokens[i][1] in (
            "return", "if", "for", "while", "do", "else", "switch", "case",
            "default", "goto", "break", "continue", "struct", "enum", "const",
            "static", "size_t", "int", "char", "bool", "unsigned", "uint8_t",
            "uint16_t", "uint32_t", "uint64_t", "int64_t", "va_list", "DIR",
            "FILE", "void", "assert", "ssize_t", "long", "mode_t", "va_start",
            "va_end", "va_copy"):
        return
    if tokens[i + 1][0] == "word" or tokens[i + 1][1] in ("*", ":"):
        return  # a declaration, a label
    k = i
    while k < len(tokens) and tokens[k][1] not in (";", "{", "}"):
        k += 1
    if k < len(tokens) and tokens[k][1] == ";":
        yield "drop", tokens[i][2], tokens[k][2], ""


def one_line(text):
    return " ".join(text.split())


def mutants_of(source):
    """Named so that lines that are added elsewhere do not matter."""
    lines = source.split("\n")
    tokens = tokens_of(source)
    skipped, functions = asserts(tokens), functions_of(tokens)
    seen = collections.Counter()
    for i, token in enumerate(tokens):
        function = next((f for f in functions
                         if f.begin <= token[2] < f.end), None)
        if not function or i in skipped:
            continue
        for kind, begin, end, new in edits(tokens, i):
            if new is None:
                new = f"(!{source[begin:end]})"
            text = lines[source.count("\n", 0, begin)].strip()
            key = (f"{kind}: {one_line(source[begin:end])} -> "
                   f"{one_line(new)}: {text}")
            seen[key] += 1
            if seen[key] > 1:
                key += f" ({seen[key]})"
            yield Mutant(key, begin, end, new, function)


def firsts_of(mutants):
    """The number of the first mutant in the function of each."""
    first = {}
    for i, mutant in enumerate(mutants):
        first.setdefault(mutant.function.begin, i)
    return [first[mutant.function.begin] for mutant in mutants]


def woven(name, source, mutants, number, left_out):
    """The file with its mutants, which are `number` and those that follow.

    An error in one is an error of the file "mutant-N" for the compiler.
    """
    parts, at = [f'#include "mutation/mutant.h"\n#line 1 "{name}"\n'], 0
    groups = collections.OrderedDict()
    for i, mutant in enumerate(mutants):
        groups.setdefault(mutant.function, []).append((i, mutant))
    for function, group in groups.items():
        line = source.count("\n", 0, function.begin) + 1
        labels = f"__label__ {', '.join(function.labels)};" * bool(
            function.labels)
        ending = "return;" if function.void else "__builtin_trap();"
        parts.append(source[at:function.begin])
        parts.append(f"{{ switch (rsk_mutant_at({number + group[0][0]}, "
                     f"{len(group)})) {{\n")
        for k, (i, mutant) in enumerate(group):
            if i in left_out:
                continue
            body = (source[function.begin + 1:mutant.begin] + mutant.new +
                    source[mutant.end:function.end])
            parts.append(f'case {k}: {{ {labels}\n#line 1 "mutant-{i}"\n'
                         f"{body}\n{ending}\n")
        parts.append(f'}}\n{{ {labels}\n#line {line} "{name}"\n')
        parts.append(source[function.begin + 1:function.end])
        parts.append("}")
        at = function.end
    return "".join(parts) + source[at:]
