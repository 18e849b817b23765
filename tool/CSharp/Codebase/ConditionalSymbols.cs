using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Codebase;

/// <summary>The symbols that the <c>#if</c>s inside a function ask for, and the ways to define them.</summary>
internal static class ConditionalSymbols
{
    /// <summary>So many symbols have sixteen combinations.</summary>
    public const int Most = 4;

    public static ImmutableArray<string> In(SyntaxNode declaration)
    {
        if (!declaration.ContainsDirectives)
            return [];

        return
        [
            .. declaration.DescendantTrivia()
                .Where(t => t.SpanStart >= declaration.SpanStart && t.HasStructure)
                .Select(t => t.GetStructure())
                .OfType<ConditionalDirectiveTriviaSyntax>()
                .SelectMany(d => d.Condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
                .Select(n => n.Identifier.ValueText)
                .Distinct()
                .Order(StringComparer.Ordinal),
        ];
    }

    /// <summary>The options for every combination but the given one, all symbols undefined first.</summary>
    public static IEnumerable<CSharpParseOptions> Combinations(CSharpParseOptions options, ImmutableArray<string> symbols)
    {
        var others = options.PreprocessorSymbolNames.Except(symbols, StringComparer.Ordinal).ToImmutableArray();
        var own = symbols.Select((s, i) => options.PreprocessorSymbolNames.Contains(s) ? 1 << i : 0).Sum();
        for (var bits = 0; bits < 1 << symbols.Length; bits++)
        {
            if (bits != own)
                yield return options.WithPreprocessorSymbols(others.Concat(symbols.Where((_, i) => (bits & (1 << i)) != 0)));
        }
    }
}
