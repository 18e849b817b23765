using System.Collections.Immutable;
using MigrateCleanup.CSharp.Flow;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.CSharp.Codebase;

/// <summary>The views of a function under other symbols, and the combinations that have none; or why one cannot be read.</summary>
internal sealed record VariantViews(ImmutableArray<Function> Views, ImmutableArray<string> Dropped)
{
    public static VariantViews None { get; } = new([], []);

    /// <summary>The views of projects in which text is live that no view before shows.</summary>
    public ImmutableArray<Function> Alternatives { get; init; } = [];

    public (SyntaxNode Place, string Reason)? Failure { get; private init; }

    public static VariantViews Failed(SyntaxNode place, string reason) => None with { Failure = (place, reason) };
}

/// <summary>
/// Views of a file's functions under other conditional symbols than the project's own: the file is parsed once for
/// each set of symbols, and a function's other body is bound in place of its own.
/// </summary>
internal sealed class Variants(string path, SyntaxTree tree, CSharpCompilation compilation, SymbolNames names, Catalogue catalogue)
{
    private readonly Dictionary<string, (SyntaxTree Tree, Dictionary<(string, int), FunctionSyntax> Functions)> _parsed = new(StringComparer.Ordinal);

    /// <summary>The views that no project has and that bind as well as the function's own, or why one cannot be read.</summary>
    /// <param name="function">The function under the symbols of the project whose view decides.</param>
    /// <param name="reader">The reader of that view.</param>
    /// <param name="known">The function as the projects see it.</param>
    public VariantViews Of(
        FunctionSyntax function, FunctionReader reader, IEnumerable<FunctionSyntax> known)
    {
        var symbols = ConditionalSymbols.In(function.Declaration);
        if (symbols.IsEmpty)
            return VariantViews.None;

        if (symbols.Length > ConditionalSymbols.Most)
            return VariantViews.Failed(function.Declaration, $"more than {1 << ConditionalSymbols.Most} combinations of #if symbols: {string.Join(", ", symbols)}");

        var errors = reader.ErrorsIn(function);
        var shapes = known.Select(f => Shape(f.Declaration)).ToHashSet(StringComparer.Ordinal);
        var views = ImmutableArray.CreateBuilder<Function>();
        var dropped = ImmutableArray.CreateBuilder<string>();
        foreach (var options in ConditionalSymbols.Combinations((CSharpParseOptions)tree.Options, symbols))
        {
            var (other, functions) = Parsed(options);
            if (!functions.TryGetValue((function.Name, function.Declaration.SpanStart), out var found)
                || !shapes.Add(Shape(found.Declaration))
                || other.GetDiagnostics(found.Member).Any(d => d.Severity == DiagnosticSeverity.Error))
            {
                continue;
            }

            var variant = Speculative(function, found, reader) ?? Recompiled(other);
            if (variant.ErrorsIn(found) > errors)
            {
                dropped.Add(string.Join(' ', symbols.Select(s => options.PreprocessorSymbolNames.Contains(s) ? s : "!" + s)));
                continue;
            }

            var (view, failure) = variant.Read(found);
            if (failure is { } reason)
                return VariantViews.Failed(reason.Place, reason.Reason);

            views.Add(view!);
        }

        return new VariantViews(views.ToImmutable(), dropped.ToImmutable());
    }

    /// <summary>Whether tokens are live that the others, the same function under other symbols, do not have.</summary>
    public static bool ShowsMore(FunctionSyntax function, IReadOnlyList<FunctionSyntax> others)
    {
        if (!function.Declaration.ContainsDirectives)
            return false;

        var seen = others.SelectMany(o => o.Declaration.DescendantTokens()).Select(t => t.SpanStart).ToHashSet();
        return function.Declaration.DescendantTokens().Any(t => !seen.Contains(t.SpanStart));
    }

    private (SyntaxTree Tree, Dictionary<(string, int), FunctionSyntax> Functions) Parsed(CSharpParseOptions options)
    {
        var key = string.Join(' ', options.PreprocessorSymbolNames.Order(StringComparer.Ordinal));
        if (!_parsed.TryGetValue(key, out var parsed))
        {
            var other = CSharpSyntaxTree.ParseText(tree.GetText(), options, tree.FilePath);
            parsed = (other, FunctionSyntax.AllIn(other.GetRoot()).ToDictionary(f => (f.Name, f.Declaration.SpanStart)));
            _parsed.Add(key, parsed);
        }

        return parsed;
    }

    /// <summary>
    /// The other body bound in place of the function's own, which leaves the compilation as it is. Null where the
    /// compiler can only do that by compiling anew.
    /// </summary>
    private FunctionReader? Speculative(FunctionSyntax function, FunctionSyntax other, FunctionReader reader)
    {
        // The compiler takes a block only, in place of a block.
        if (function.IsNested || function.Body is not BlockSyntax block || other.Body is not BlockSyntax || ShapeOfHead(function) != ShapeOfHead(other))
            return null;

        var position = block.OpenBraceToken.Span.End;
        SemanticModel? model = null;
        var isBound = other.Declaration switch
        {
            ConstructorDeclarationSyntax { Initializer: not null } => false,
            BaseMethodDeclarationSyntax method => reader.Model.TryGetSpeculativeSemanticModelForMethodBody(position, method, out model),
            AccessorDeclarationSyntax accessor => reader.Model.TryGetSpeculativeSemanticModelForMethodBody(position, accessor, out model),
            _ => false,
        };
        return isBound ? new FunctionReader(path, model!, names, catalogue) { InPlaceOf = reader.MethodOf(function.Declaration) } : null;
    }

    private FunctionReader Recompiled(SyntaxTree other)
    {
        var replaced = compilation.ReplaceSyntaxTree(tree, other);
        return new FunctionReader(path, replaced.GetSemanticModel(other), names.Again(), catalogue);
    }

    private static string ShapeOfHead(FunctionSyntax function) => Shape(function.Declaration, upTo: function.Body.SpanStart);

    /// <summary>The tokens that are live: two combinations that agree on them are one view.</summary>
    private static string Shape(SyntaxNode node, int upTo = int.MaxValue) =>
        string.Join(' ', node.DescendantTokens().Select(t => t.SpanStart).TakeWhile(p => p < upTo));
}
