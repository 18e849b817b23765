using System.Collections.Immutable;
using MigrateCleanup.CSharp.Flow;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using TextSpan = MigrateCleanup.Engine.Text.TextSpan;

namespace MigrateCleanup.CSharp.Codebase;

/// <summary>Reads one file as one project sees it, together with the views that other projects have of it.</summary>
internal sealed class FileReader
{
    private readonly string _path;
    private readonly SyntaxTree _tree;
    private readonly Variants _variants;
    private readonly Lazy<FunctionReader> _reader;
    private readonly Lazy<Dictionary<(string Name, int Start), FunctionSyntax>> _functions;

    public FileReader(string path, SyntaxTree tree, CSharpCompilation compilation, SymbolNames names, Catalogue catalogue)
    {
        _path = path;
        _tree = tree;
        _variants = new Variants(path, tree, compilation, names, catalogue);
        _reader = new(() => new FunctionReader(path, compilation.GetSemanticModel(tree), names, catalogue));
        _functions = new(() => FunctionSyntax.AllIn(tree.GetRoot()).ToDictionary(f => (f.Name, f.Declaration.SpanStart)));
    }

    /// <summary>Reads the accepted functions in every view.</summary>
    /// <param name="accepts">Which functions are worth it.</param>
    /// <param name="others">The other projects' views of the file.</param>
    public FileReading Read(Func<FunctionSyntax, bool> accepts, ImmutableArray<FileReader> others)
    {
        var functions = ImmutableArray.CreateBuilder<FunctionReading>();
        var unparsed = ImmutableArray.CreateBuilder<Unparsed>();
        ImmutableArray<FileReader> all = [this, .. others];
        var errors = all.SelectMany(v => v._tree.GetDiagnostics()).Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        var broken = new HashSet<SyntaxNode>();
        foreach (var error in errors.DistinctBy(e => (e.Location.SourceSpan, e.Id)))
        {
            var member = _functions.Value.Values.Where(f => !f.IsNested && f.Declaration.FullSpan.IntersectsWith(error.Location.SourceSpan))
                .MinBy(f => f.Declaration.Span.Length)?.Member;
            if (member is null ? broken.Add(_tree.GetRoot()) : broken.Add(member))
                unparsed.Add(new Unparsed(_path, SpanOf(error.Location.SourceSpan), $"{error.Id}: {error.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}"));
        }

        // Functions of every view: one that this view's symbols switch off may be live in another.
        var seen = new HashSet<(string, int)>();
        var comments = SuppressionComments.In(_tree);
        foreach (var (key, owner, syntax) in all.SelectMany(v => v._functions.Value.Select(f => (f.Key, Owner: v, Syntax: f.Value))).OrderBy(f => f.Key.Start).ThenBy(f => f.Key.Name, StringComparer.Ordinal))
        {
            if (broken.Contains(syntax.Member) || !seen.Add(key) || !accepts(syntax))
                continue;

            var views = ImmutableArray.CreateBuilder<Function>();
            var failure = default((SyntaxNode Place, string Reason)?);
            foreach (var view in all)
            {
                if (failure is not null || !view._functions.Value.TryGetValue(key, out var same))
                    continue;

                (var function, failure) = view._reader.Value.Read(same);
                if (function is not null)
                    views.Add(function);
            }

            if (failure is null && views.Count > 0)
            {
                (var variants, failure) = owner._variants.Of(syntax, owner._reader.Value);
                views.AddRange(variants);
            }

            if (failure is { } reason)
                unparsed.Add(new Unparsed(_path, SpanOf(reason.Place.Span), $"{syntax.Name}: {reason.Reason}"));
            else
                functions.Add(new FunctionReading(syntax.Name, views.ToImmutable()) { Suppressions = comments.On(syntax) });
        }

        return new FileReading(functions.ToImmutable(), [.. unparsed.OrderBy(u => u.Span)])
        {
            Idle = comments.NotOn(functions.SelectMany(f => f.Suppressions)),
        };
    }

    private static TextSpan SpanOf(Microsoft.CodeAnalysis.Text.TextSpan span) => new(span.Start, span.Length);
}
