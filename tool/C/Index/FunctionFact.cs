using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Index;

/// <summary>A function as the prototypes and definitions of one file, or of all, state it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ReturnType">With its stars: <c>char *</c>, <c>void</c>.</param>
/// <param name="FirstParameter">The type of the first parameter with its stars; empty without parameters.</param>
/// <param name="ParameterCount">How many there are.</param>
/// <param name="NeverReturns">An attribute says so.</param>
public sealed record FunctionFact(string Name, string ReturnType, string FirstParameter, int ParameterCount, bool NeverReturns)
{
    /// <summary>The first parameter is the address of a pointer.</summary>
    public bool TakesAddress => CTypeText.IsAddressOfPointer(FirstParameter);

    /// <summary>It has a body here.</summary>
    public bool IsDefined { get; init; }

    /// <summary>It belongs to its file alone: another file's function of this name is another function.</summary>
    public bool IsStatic { get; init; }

    /// <summary>What the body calls last where nothing in it returns: where that never returns, neither does this.</summary>
    public string? LastCall { get; init; }

    /// <summary>All that the body does, where that is one call made from its only parameter.</summary>
    public OnlyCall? OnlyCall { get; init; }

    /// <summary>The calls whose results are all that the body returns, but for null; empty where it returns anything else.</summary>
    public ImmutableArray<string> ReturnedCalls { get; init; } = [];

    /// <summary>The name that all of the body is to return: <c>{ return TABLE_INIT; }</c>; null for any other.</summary>
    public string? ReturnedName { get; init; }

    /// <summary>The facts of a prototype.</summary>
    public static FunctionFact Of(SpecifiersNode specifiers, DeclaratorNode declarator) => new(
        declarator.Name,
        TypeTexts.Of(specifiers, declarator),
        declarator.Parameters is [var first, ..] ? TypeTexts.Of(first.Specifiers, first.Declarator) : "",
        declarator.Parameters.Length,
        specifiers.Words.Concat(declarator.Attributes).Any(w => SaysNoReturn(w.Name) || (w.Arguments is { } text && SaysNoReturn(text))))
    {
        IsStatic = specifiers.Has("static"),
    };

    /// <summary>The facts of a definition.</summary>
    public static FunctionFact Of(FunctionNode function, string text) => Of(function.Specifiers, function.Declarator) with
    {
        IsDefined = true,
        LastCall = LastCallOf(function, text),
        OnlyCall = OnlyCallOf(function, text),
        ReturnedCalls = ReturnedBy(text.AsSpan(function.BodySpan.Start, function.BodySpan.Length)),
        ReturnedName = NameIn(text.AsSpan(function.BodySpan.Start, function.BodySpan.Length)),
    };

    /// <summary>Joins what is said of one function in one file: what one place says holds.</summary>
    public FunctionFact And(FunctionFact other) => (IsDefined || !other.IsDefined ? this : other) with
    {
        NeverReturns = NeverReturns || other.NeverReturns,
        IsDefined = IsDefined || other.IsDefined,
        IsStatic = IsStatic || other.IsStatic,
        LastCall = LastCall ?? other.LastCall,
        OnlyCall = OnlyCall ?? other.OnlyCall,
        ReturnedName = !other.IsDefined || ReturnedName == other.ReturnedName ? ReturnedName : IsDefined ? null : other.ReturnedName,
        ReturnedCalls = !other.IsDefined ? ReturnedCalls
            : !IsDefined ? other.ReturnedCalls
            : ReturnedCalls.IsEmpty || other.ReturnedCalls.IsEmpty ? []
            : [.. ReturnedCalls.Union(other.ReturnedCalls)],
    };

    private static bool SaysNoReturn(string text) =>
        text.Contains("noreturn", StringComparison.OrdinalIgnoreCase) || text.Contains("no_return", StringComparison.OrdinalIgnoreCase);

    private static string? LastCallOf(FunctionNode function, string text)
    {
        // Only a body without the word and with a call before its brace is worth reading.
        var body = text.AsSpan(function.BodySpan.Start, function.BodySpan.Length);
        if (function.Specifiers.Type != "void" || function.Declarator.Pointers > 0 || body.Length < 2 || !EndsInCall(body[..^1])
            || body.Contains("return", StringComparison.Ordinal))
            return null;

        string? last = null;
        foreach (var view in function.Body.Views)
        {
            var call = view.Body.Statements is [.., ExpressionStatementNode { Expression: CallNode { Name: { } name } }] ? name : null;
            if (call is null || (last is not null && last != call) || HidesReturn(view.Body))
                return null;

            last = call;
        }

        return last;
    }

    private static OnlyCall? OnlyCallOf(FunctionNode function, string text)
    {
        const int Longest = 200;
        if (function.BodySpan.Length > Longest || function.Declarator.Parameters is not [{ Declarator.Name: { Length: > 0 } parameter }]
            || function.Body.Views is not [var view])
        {
            return null;
        }

        var (test, deed) = view.Body.Statements switch
        {
            [IfNode { Else: null, Then: CompoundNode { Statements: [var only] } } guard] => (guard.Condition, only),
            [IfNode { Else: null, Then: ExpressionStatementNode only } guard] => (guard.Condition, only),
            [var only] => (null, only),
            _ => (null, null),
        };
        var expression = deed switch
        {
            ExpressionStatementNode { Expression: var done } => done,
            ReturnNode { Value: { } value } when test is null => value,
            _ => null,
        };
        return expression is CallNode { Name: { } callee, Arguments: [var argument] }
            ? new OnlyCall(callee, Words(argument)) { Test = test is null ? null : Words(test) }
            : null;

        string Words(Node node) => string.Concat(
            CWords.Of(text.Substring(node.Span.Start, node.Span.Length)).Select(w => w == parameter ? OnlyCall.Parameter : w));
    }

    /// <summary>Reads the text alone: most bodies return something else, and are not worth more.</summary>
    private static ImmutableArray<string> ReturnedBy(ReadOnlySpan<char> body)
    {
        const string Return = "return";
        var calls = new List<string>();
        for (var at = body.IndexOf(Return, StringComparison.Ordinal); at >= 0; at = body.IndexOf(Return, StringComparison.Ordinal))
        {
            var isWord = at > 0 && !CWords.IsNamePart(body[at - 1]);
            body = body[(at + Return.Length)..];
            if (!isWord || body.IsEmpty || CWords.IsNamePart(body[0]))
                continue;

            var value = body[..Math.Max(0, body.IndexOf(';'))].Trim();
            if (value is "NULL")
                continue;

            var name = 0;
            while (name < value.Length && CWords.IsNamePart(value[name]))
                name++;

            if (name == 0 || !IsInOneBracket(value[name..].TrimStart()))
                return [];

            calls.Add(value[..name].ToString());
        }

        return [.. calls.Distinct()];
    }

    private static string? NameIn(ReadOnlySpan<char> body)
    {
        const string Return = "return ";
        body = body.Trim("{}").Trim();
        if (!body.StartsWith(Return, StringComparison.Ordinal) || !body.EndsWith(";", StringComparison.Ordinal))
            return null;

        var name = body[Return.Length..^1].Trim();
        foreach (var letter in name)
        {
            if (!CWords.IsNamePart(letter))
                return null;
        }

        return name.IsEmpty || char.IsAsciiDigit(name[0]) ? null : name.ToString();
    }

    /// <summary>The text is one pair of brackets and what stands in it.</summary>
    private static bool IsInOneBracket(ReadOnlySpan<char> text)
    {
        var depth = 0;
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0)
                return i > 0 && i == text.Length - 1;
        }

        return false;
    }

    private static bool EndsInCall(ReadOnlySpan<char> text)
    {
        text = text.TrimEnd();
        return text is [.. var rest, ';'] && rest.TrimEnd() is [.., ')'];
    }

    /// <summary>A jump, or what may hide one.</summary>
    private static bool HidesReturn(CompoundNode body) =>
        body.DescendantsAndSelf.Any(n => n is GotoNode or MacroStatementNode or TextNode or AssemblyNode);
}

/// <summary>The one call that a function of one parameter makes, and what it makes of the parameter.</summary>
/// <param name="Callee">Who is called.</param>
/// <param name="Argument">The only argument without blanks, with <see cref="Parameter"/> for the parameter.</param>
public sealed record OnlyCall(string Callee, string Argument)
{
    public const string Parameter = "{0}";

    /// <summary>The condition under which it makes the call, written like the argument; null where it always does.</summary>
    public string? Test { get; init; }
}
