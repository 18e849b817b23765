using System.Collections.Frozen;
using System.Collections.Immutable;
using MigrateCleanup.C.Flow;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Macros;

/// <summary>A macro's definition, with what its words tell by themselves.</summary>
public sealed record MacroFact(string Name)
{
    /// <summary>Default for an object-like macro.</summary>
    public ImmutableArray<string> Parameters { get; private init; }

    public string Replacement { get; private init; } = "";

    /// <summary>Where it leaves to; null where that cannot be told.</summary>
    public MacroExits? Exits { get; private init; }

    /// <summary>It holds a statement that leaves.</summary>
    public bool Jumps => Exits is not { IsNone: true };

    /// <summary>It has a loop of its own.</summary>
    public bool Loops { get; private init; }

    /// <summary>Nothing in it is done on a condition: what it calls is called.</summary>
    public bool IsStraight { get; private init; }

    /// <summary>Its own words return or jump, whatever happens: <c>do { note(); return; } while (0)</c>.</summary>
    public bool AlwaysLeaves => IsStraight && LeavesItself;

    /// <summary>The names it may call, macros among them, each with the parameters that are passed as they are: index and position.</summary>
    public ImmutableArray<MacroCall> Calls { get; private init; } = [];

    /// <summary>The names in it that are neither its parameters, nor fields, nor variables that it declares.</summary>
    public ImmutableArray<string> Names { get; private init; } = [];

    /// <summary>The parameters it assigns, or takes the address of.</summary>
    public ImmutableArray<int> Assigns { get; private init; } = [];

    /// <summary>Its value is its only parameter, in parentheses or behind <c>!!</c> or <c>__builtin_expect</c>.</summary>
    public bool IsTransparent { get; private init; }

    /// <summary>A loop that hangs on nothing but what it declares itself: it is there for what it does around one turn.</summary>
    public bool TurnsOnce { get; private init; }

    /// <summary>The function that it is another name of: all that it does is to call it with what it is given.</summary>
    public string? Alias { get; private init; }

    /// <summary>An object-like macro that is one literal: its text.</summary>
    public string? Literal { get; private init; }

    /// <summary>It stands in for what a library may lack: <c>#ifndef HAVE_ERR_H</c>, <c>#ifndef err</c>.</summary>
    public bool IsFallback { get; init; }

    public bool IsFunctionLike => !Parameters.IsDefault;

    /// <summary>The names that may be macros' in turn: those it uses, and those it calls.</summary>
    public IEnumerable<string> Named => Names.Concat(Calls.Select(c => c.Name));

    /// <summary>Wherever it is used, one of these is called.</summary>
    public bool AlwaysCalls(Func<string, bool> isOne) =>
        !Jumps && (IsStraight ? Calls.Any(c => isOne(c.Name)) : FirstCall is { } first && isOne(first));

    private bool LeavesItself { get; init; }

    /// <summary>What it calls by statements of its own, and not as what it gives to others.</summary>
    public ImmutableArray<string> OwnCalls { get; private init; } = [];

    /// <summary>The call that it begins with: whatever conditions its arguments hold, it is called.</summary>
    private string? FirstCall { get; init; }

    /// <summary>What it stands for, as far as its own words tell.</summary>
    internal MacroShape Shape { get; private init; }

    /// <summary>The macro that it stands for, whose shape is its own.</summary>
    internal string? ShapeVia { get; private init; }

    public static MacroFact Of(DefineNode define)
    {
        var words = Words(define.Replacement);
        var (shape, via) = MacroShapes.Of(define.IsFunctionLike, words);
        return new MacroFact(define.Name)
        {
            Parameters = define.Parameters,
            Replacement = define.Replacement,
            Shape = shape,
            ShapeVia = via,
            Exits = ExitsOf(words, define.Parameters),
            Loops = words.Exists(w => w.Text is "do" or "for" or "while"),
            IsStraight = !words.Exists(w => w.Text is "if" or "else" or "for" or "switch" or "case" or "?" or "&&" or "||") && !HasLoop(words),
            LeavesItself = LeavesByItself(words),
            OwnCalls = [.. OwnCallsIn(words)],
            Calls = [.. CallsIn(words, define.Parameters)],
            Names = [.. NamesIn(words, define.Parameters)],
            Assigns = define.IsFunctionLike ? [.. Enumerable.Range(0, define.Parameters.Length).Where(i => IsAssigned(define.Parameters[i], words))] : [],
            IsTransparent = define is { IsFunctionLike: true, Parameters.Length: 1 } && OnlyNames(define.Parameters[0], words),
            FirstCall = words is [(TokenKind.Identifier, var first), { Text: "(" }, ..] ? first : null,
            TurnsOnce = HangsOnItself(words, define.Parameters),
            Alias = AliasOf(define.Name, define.Parameters, words),
            Literal = define.IsFunctionLike ? null : LiteralOf(words),
        };
    }

    private static List<(TokenKind Kind, string Text)> Words(string replacement) =>
    [
        .. from token in CLexer.Lex(replacement)
           where !token.IsTrivia
           select (token.Kind, replacement.Substring(token.Start, token.Length)),
    ];

    /// <summary>A <c>while</c> that is not <c>do { ... } while (0)</c>.</summary>
    private static bool HasLoop(List<(TokenKind Kind, string Text)> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            var isOnce = i > 0 && words[i - 1].Text == "}" && i + 2 < words.Count && words[i + 2].Text is "0" or "false" or "FALSE";
            if (words[i].Text == "while" && !isOnce)
                return true;
        }

        return false;
    }

    /// <summary><c>for (mode_t old = umask(mask) | FLAG; old &amp; FLAG; old &amp;= ~FLAG)</c>: no parameter decides how often.</summary>
    private static bool HangsOnItself(List<(TokenKind Kind, string Text)> words, ImmutableArray<string> parameters)
    {
        if (words is not [{ Text: "for" }, { Text: "(" }, ..])
            return false;

        var parts = new List<List<string>> { new() };
        var depth = 0;
        foreach (var (_, text) in words.Skip(2))
        {
            depth += text is "(" or "{" or "[" ? 1 : text is ")" or "}" or "]" ? -1 : 0;
            if (depth < 0)
                break;

            if (text == ";" && depth == 0)
                parts.Add([]);
            else
                parts[^1].Add(text);
        }

        if (parts is not [var start, { Count: > 0 } test, { Count: > 0 } step])
            return false;

        // What is assigned behind its own type is declared there.
        var declared = Enumerable.Range(1, Math.Max(start.Count - 2, 0))
            .Where(i => start[i + 1] == "=" && (start[i - 1] == "*" || char.IsLetter(start[i - 1][0]) || start[i - 1][0] == '_'))
            .Select(i => start[i]);
        return declared.Any(d => test.Contains(d) && step.Contains(d))
            && (parameters.IsDefault || !test.Concat(step).Any(parameters.Contains));
    }

    private static MacroExits? ExitsOf(List<(TokenKind Kind, string Text)> words, ImmutableArray<string> parameters)
    {
        var hasLoop = words.Any(w => w.Text is "do" or "for" or "while");
        var isBroken = hasLoop || words.Any(w => w.Text == "switch");
        var exits = MacroExits.None;
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Kind != TokenKind.Identifier)
                continue;

            switch (words[i].Text)
            {
                case "return":
                    exits = exits with { Returns = true };
                    break;
                case "break" when !isBroken:
                    exits = exits with { Breaks = true };
                    break;
                case "continue" when !hasLoop:
                    exits = exits with { Continues = true };
                    break;
                case "goto" when i + 1 < words.Count && words[i + 1] is (TokenKind.Identifier, var label):
                    var index = parameters.IsDefault ? -1 : parameters.IndexOf(label);
                    exits = index < 0 ? exits with { Labels = exits.Labels.Add(label) } : exits with { Parameters = exits.Parameters.Add(index) };
                    break;
                case "goto":
                    return null;
            }
        }

        return exits;
    }

    /// <summary>A statement of its own leaves: one that it gives to another macro, that one may do now and then.</summary>
    private static bool LeavesByItself(List<(TokenKind Kind, string Text)> words)
    {
        var (depth, leaves) = (0, false);
        foreach (var (_, text) in words)
        {
            depth += text is "(" ? 1 : text is ")" ? -1 : 0;
            if (text is "break" or "continue")
                return false;

            leaves |= depth == 0 && text is ("return" or "goto");
        }

        return leaves;
    }

    private static IEnumerable<string> OwnCallsIn(List<(TokenKind Kind, string Text)> words)
    {
        var depth = 0;
        for (var i = 0; i < words.Count; i++)
        {
            if (depth == 0 && words[i].Kind == TokenKind.Identifier && i + 1 < words.Count && words[i + 1].Text == "(")
                yield return words[i].Text;

            depth += words[i].Text is "(" ? 1 : words[i].Text is ")" ? -1 : 0;
        }
    }

    private static IEnumerable<MacroCall> CallsIn(List<(TokenKind Kind, string Text)> words, ImmutableArray<string> parameters)
    {
        for (var i = 0; i + 1 < words.Count; i++)
        {
            if (words[i] is not (TokenKind.Identifier, var name) || words[i + 1].Text != "(" || (i > 0 && words[i - 1].Text is "." or "->"))
                continue;

            if (name is "if" or "while" or "for" or "switch" or "sizeof" or "return" or "__typeof__" or "typeof" or "__attribute__")
                continue;

            yield return new MacroCall(name, [.. PassedAsIs(words, i + 2, parameters)]);
        }
    }

    private static HashSet<string> NamesIn(List<(TokenKind Kind, string Text)> words, ImmutableArray<string> parameters)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var declared = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i] is not (TokenKind.Identifier, var name) || (i > 0 && words[i - 1].Text is "." or "->")
                || s_keywords.Contains(name) || (!parameters.IsDefault && parameters.Contains(name)))
            {
                continue;
            }

            // A type in front of it, and what follows a declared name behind it.
            var type = i > 0 && words[i - 1].Text == "*" ? i - 2 : i - 1;
            var isDeclared = type >= 0 && words[type].Kind == TokenKind.Identifier && !s_statements.Contains(words[type].Text)
                && i + 1 < words.Count && words[i + 1].Text is "=" or ";" or "," or "[";
            (isDeclared ? declared : names).Add(name);
        }

        names.ExceptWith(declared);
        return names;
    }

    private static readonly FrozenSet<string> s_statements = new[] { "return", "else", "do", "goto", "case", "sizeof" }.ToFrozenSet();

    private static readonly FrozenSet<string> s_keywords = new[]
    {
        "return", "if", "else", "do", "while", "for", "switch", "case", "default", "break", "continue", "goto", "sizeof",
        "struct", "union", "enum", "const", "volatile", "static", "extern", "int", "char", "long", "short", "unsigned",
        "signed", "void", "float", "double", "typeof", "__typeof__", "__extension__", "__attribute__", "NULL",
    }.ToFrozenSet();

    /// <summary>Arguments that are just a parameter of the macro.</summary>
    private static IEnumerable<(int Argument, int Parameter)> PassedAsIs(List<(TokenKind Kind, string Text)> words, int start, ImmutableArray<string> parameters)
    {
        if (parameters.IsDefaultOrEmpty)
            yield break;

        var (depth, argument, first) = (0, 0, start);
        for (var i = start; i < words.Count; i++)
        {
            var text = words[i].Text;
            if (depth == 0 && text is "," or ")")
            {
                if (i == first + 1 && parameters.IndexOf(words[first].Text) is var index and >= 0)
                    yield return (argument, index);

                if (text == ")")
                    yield break;

                argument++;
                first = i + 1;
            }
            else
            {
                depth += text is "(" or "[" or "{" ? 1 : text is ")" or "]" or "}" ? -1 : 0;
            }
        }
    }

    private static bool IsAssigned(string parameter, List<(TokenKind Kind, string Text)> words)
    {
        for (var i = 0; i < words.Count; i++)
        {
            if (words[i].Text != parameter)
                continue;

            var (before, after) = (i - 1, i + 1);
            while (before >= 0 && after < words.Count && words[before].Text == "(" && words[after].Text == ")")
                (before, after) = (before - 1, after + 1);

            var previous = before >= 0 ? words[before].Text : "";
            var next = after < words.Count ? words[after].Text : "";
            var isBinary = before > 0 && (words[before - 1].Kind is TokenKind.Identifier or TokenKind.Number || words[before - 1].Text is ")" or "]");
            if ((previous == "&" && !isBinary) || previous is "++" or "--" || next is "++" or "--" || IsAssignment(next))
                return true;
        }

        return false;
    }

    private static bool IsAssignment(string text) => text is ['=']
        || (text is [.., '='] && text is not ("==" or "!=" or "<=" or ">="));

    private static bool OnlyNames(string parameter, List<(TokenKind Kind, string Text)> words) =>
        words.Count(w => w.Text == parameter) == 1
        && words.All(w => w.Text == parameter || w.Text is "(" or ")" or "!" or "," or "__builtin_expect" || w.Kind == TokenKind.Number);

    /// <summary><c>#define table_free(t) free_table(t)</c>, its arguments in brackets or not.</summary>
    private static string? AliasOf(string macro, ImmutableArray<string> parameters, List<(TokenKind Kind, string Text)> words)
    {
        if (parameters.IsDefaultOrEmpty)
            return null;

        while (words is [{ Text: "(" }, .., { Text: ")" }])
            words = words[1..^1];

        if (words is not [(TokenKind.Identifier, var name), { Text: "(" }, .. var passed, { Text: ")" }] || name == macro || s_keywords.Contains(name))
            return null;

        return string.Concat(passed.Where(w => w.Text is not ("(" or ")")).Select(w => w.Text)) == string.Join(',', parameters) ? name : null;
    }

    private static string? LiteralOf(List<(TokenKind Kind, string Text)> words)
    {
        while (words is [{ Text: "(" }, .., { Text: ")" }])
            words = words[1..^1];

        return words switch
        {
            [(TokenKind.Number or TokenKind.Character or TokenKind.String, var text)] => text,
            [{ Text: "-" }, (TokenKind.Number, var text)] => "-" + text,
            _ => null,
        };
    }
}

/// <summary>A call in a macro's replacement, with the arguments that are a parameter of the macro as it is.</summary>
public sealed record MacroCall(string Name, ImmutableArray<(int Argument, int Parameter)> Passed);
