using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using MigrateCleanup.C.Parsing;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>Under which conditions of <c>#if</c>s the places of a file stand.</summary>
internal sealed class Conditions
{
    private static readonly ConditionalWeakTable<SourceFileTree, Conditions> s_known = [];

    private readonly List<(int Start, ImmutableArray<Condition> Path)> _stretches = [(0, [])];
    private readonly List<TextSpan> _outermost = [];

    private Conditions(SourceFileTree file)
    {
        var open = new Stack<(ImmutableArray<Condition> Outer, ImmutableArray<Condition> Former, Token Directive)>();
        foreach (var token in file.Tokens)
        {
            if (token.Kind != TokenKind.Directive)
                continue;

            var text = file.Text.AsSpan(token.Start, token.Length);
            switch (DirectiveText.NameOf(text))
            {
                case "if" or "ifdef" or "ifndef":
                    open.Push((Current, [], token));
                    Enter(token, Literal(text, token));
                    break;
                case "elif" or "elifdef" or "elifndef" when open.Count > 0:
                    // Behind another branch the text of the directive alone does not say under what a place stands.
                    Enter(token, Literal(text, null));
                    break;
                case "else" when open.Count > 0:
                    Enter(token, null);
                    break;
                case "endif" when open.TryPop(out var group):
                    _stretches.Add((token.End, group.Outer));
                    if (open.Count == 0)
                        _outermost.Add(TextSpan.FromBounds(group.Directive.Start, token.End));

                    break;
            }
        }

        void Enter(Token token, Condition? condition)
        {
            var (outer, former, directive) = open.Pop();
            var path = outer.AddRange(former.Select(f => f.Opposite));
            _stretches.Add((token.End, condition is null ? path : path.Add(condition)));
            open.Push((outer, condition is null ? former : former.Add(condition), directive));
        }
    }

    /// <summary>The spans of the <c>#if</c>s that stand in no other, from <c>#if</c> to <c>#endif</c>, in text order.</summary>
    public IReadOnlyList<TextSpan> Outermost => _outermost;

    private ImmutableArray<Condition> Current => _stretches[^1].Path;

    public static Conditions Of(SourceFileTree file) => s_known.GetValue(file, f => new Conditions(f));

    /// <summary>What holds wherever the text at this position is compiled, the outer conditions first.</summary>
    public ImmutableArray<Condition> At(int position)
    {
        var (low, high) = (0, _stretches.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (_stretches[middle].Start <= position)
                low = middle;
            else
                high = middle - 1;
        }

        return _stretches[low].Path;
    }

    /// <summary>Where <paramref name="narrow"/> holds, <paramref name="wide"/> does.</summary>
    public static bool Implies(ImmutableArray<Condition> narrow, ImmutableArray<Condition> wide) =>
        wide.All(w => narrow.Any(n => n.IsSame(w)));

    private static Condition Literal(ReadOnlySpan<char> text, Token? opening)
    {
        var (condition, isNegated) = DirectiveText.ConditionOf(text);
        return new Condition(condition, isNegated, opening);
    }
}

/// <summary>One condition in one spelling, or its opposite, and the <c>#if</c> that states it, if one alone does.</summary>
internal sealed record Condition(string Text, bool IsNegated, Token? Opening)
{
    /// <summary>What holds in the branches behind this one.</summary>
    public Condition Opposite => new(Text, !IsNegated, null);

    public bool IsSame(Condition other) => Text == other.Text && IsNegated == other.IsNegated;
}
