using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.Cli.Loading;

/// <summary>
/// The conditional symbols of a file that no project defines any for. Where it is no C# without (<c>#if IOS ... #elif MAC
/// ... #endif</c> around the head of a class), it is read with those that leave the fewest errors: somebody compiles it so.
/// </summary>
internal static class LooseSymbols
{
    /// <summary>A file that needs more than so many symbols at once, or names more, is read as it is.</summary>
    private const int Most = 8;

    private const int MostNamed = 32;

    /// <summary>The tree as it parses best.</summary>
    public static SyntaxTree Chosen(SyntaxTree tree)
    {
        if (ErrorsIn(tree) is not (> 0 and var errors) || NamedIn(tree) is not { Length: > 0 and <= MostNamed } named)
            return tree;

        var best = tree;
        for (var i = 0; i < Most && errors > 0; i++)
        {
            var options = (CSharpParseOptions)best.Options;
            var tried = named.Except(options.PreprocessorSymbolNames, StringComparer.Ordinal)
                .Select(s => best.WithChangedSymbols(options.PreprocessorSymbolNames.Append(s)))
                .Select(t => (Tree: t, Errors: ErrorsIn(t)))
                .ToList();
            if (tried.Count == 0 || tried.Min(t => t.Errors) >= errors)
                break;

            (best, errors) = tried.MinBy(t => t.Errors);
        }

        return best;
    }

    private static int ErrorsIn(SyntaxTree tree) => tree.GetDiagnostics().Count(d => d.Severity == DiagnosticSeverity.Error);

    /// <summary>In what is switched off, conditions are still directives.</summary>
    private static ImmutableArray<string> NamedIn(SyntaxTree tree)
    {
        var root = tree.GetRoot();
        return !root.ContainsDirectives
            ? []
            :
            [
                .. root.DescendantTrivia()
                    .Where(t => t.HasStructure)
                    .Select(t => t.GetStructure())
                    .OfType<ConditionalDirectiveTriviaSyntax>()
                    .SelectMany(d => d.Condition.DescendantNodesAndSelf().OfType<IdentifierNameSyntax>())
                    .Select(n => n.Identifier.ValueText)
                    .Distinct()
                    .Order(StringComparer.Ordinal),
            ];
    }

    private static SyntaxTree WithChangedSymbols(this SyntaxTree tree, IEnumerable<string> symbols) =>
        CSharpSyntaxTree.ParseText(tree.GetText(), ((CSharpParseOptions)tree.Options).WithPreprocessorSymbols(symbols), tree.FilePath);
}
