using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;

namespace MigrateCleanup.C.Codebase;

/// <summary>The suppressing comments of a file, and the functions they stand on.</summary>
internal sealed class SuppressionComments
{
    private const string Hint = "migrate-cleanup: off";

    private readonly SourceFileTree _tree;
    private readonly ImmutableArray<Suppression> _all;

    private SuppressionComments(SourceFileTree tree, ImmutableArray<Suppression> all)
    {
        _tree = tree;
        _all = all;
    }

    public static SuppressionComments In(SourceFileTree tree)
    {
        if (!tree.Text.Contains(Hint, StringComparison.Ordinal))
            return new SuppressionComments(tree, []);

        var comments = tree.Tokens
            .Where(t => t.Kind == TokenKind.Comment)
            .Select(t => Suppression.Parse(tree.Text.AsSpan(t.Start, t.Length), t.Start))
            .OfType<Suppression>();
        return new SuppressionComments(tree, [.. comments]);
    }

    /// <summary>Those before the function, with nothing but comments between, or inside it.</summary>
    public ImmutableArray<Suppression> On(FunctionNode function)
    {
        if (_all.IsEmpty)
            return [];

        var start = function.Span.Start;
        for (var i = TokenIndex(start) - 1; i >= 0 && _tree.Tokens[i].IsTrivia; i--)
            start = _tree.Tokens[i].Start;

        return [.. _all.Where(s => s.Span.Start >= start && s.Span.End <= function.Span.End)];
    }

    public ImmutableArray<Suppression> NotOn(IEnumerable<Suppression> used) => _all.IsEmpty ? [] : [.. _all.Except(used)];

    private int TokenIndex(int position)
    {
        var (low, high) = (0, _tree.Tokens.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (_tree.Tokens[middle].Start < position)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
