using System.Collections.Immutable;
using System.Globalization;
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
        var broken = all.SelectMany(v => v.SyntaxErrors()).DistinctBy(e => e.Member).ToDictionary(e => e.Member, e => e.Error);
        unparsed.AddRange(broken.Values);
        var comments = SuppressionComments.In(_tree);
        var seen = new HashSet<(string, int)>();

        // Functions of every view: one that this view's symbols switch off may be live in another.
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (key, owner, found) in all.SelectMany(v => v._functions.Value.Select(f => (f.Key, v, f.Value))).OrderBy(f => f.Key.Start).ThenBy(f => f.Key.Name, StringComparer.Ordinal))
        {
            if (!seen.Add(key))
                continue;

            // Two views may each have a function of one name, in places that the other's symbols switch off.
            var syntax = found;
            for (var count = 2; !names.Add(syntax.Name); count++)
                syntax = found with { Name = $"{found.Name} #{count}" };

            if (broken.ContainsKey(syntax.Member.SpanStart) || !accepts(syntax))
                continue;

            var read = Views(key, owner, all);
            if (read.Failure is { } reason)
                unparsed.Add(new Unparsed(_path, SpanOf(reason.Place.Span), $"{syntax.Name}: {reason.Reason}"));
            else
                functions.Add(new FunctionReading(syntax.Name, read.Views) { Alternatives = read.Alternatives, Dropped = read.Dropped, Suppressions = comments.On(syntax) });
        }

        return new FileReading(functions.ToImmutable(), [.. unparsed.OrderBy(u => u.Span)])
        {
            Idle = comments.NotOn(functions.SelectMany(f => f.Suppressions)),
        };
    }

    /// <summary>The function as every project sees it, and under the symbols that no project has.</summary>
    private static VariantViews Views((string, int) key, FileReader owner, ImmutableArray<FileReader> all)
    {
        var views = ImmutableArray.CreateBuilder<Function>();
        var known = new List<FunctionSyntax>();
        var alternatives = ImmutableArray.CreateBuilder<Function>();
        foreach (var view in all)
        {
            if (!view._functions.Value.TryGetValue(key, out var same))
                continue;

            var (function, failure) = view._reader.Value.Read(same);
            if (function is null)
                return VariantViews.Failed(failure!.Value.Place, failure.Value.Reason);

            if (known.Count > 0 && Variants.ShowsMore(same, known))
                alternatives.Add(function);

            views.Add(function);
            known.Add(same);
        }

        var variants = owner._variants.Of(known[0], owner._reader.Value, known);
        return variants with { Views = [.. views, .. variants.Views], Alternatives = alternatives.ToImmutable() };
    }

    /// <summary>The first error of each member that has one; of those outside every member, the file's.</summary>
    private IEnumerable<(int Member, Unparsed Error)> SyntaxErrors()
    {
        foreach (var error in _tree.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error))
        {
            var span = error.Location.SourceSpan;
            var member = _functions.Value.Values
                .Where(f => !f.IsNested && f.Declaration.FullSpan.IntersectsWith(span))
                .MinBy(f => f.Declaration.Span.Length)?.Member;
            var reason = $"{error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}";
            yield return (member?.SpanStart ?? -1, new Unparsed(_path, SpanOf(span), reason));
        }
    }

    private static TextSpan SpanOf(Microsoft.CodeAnalysis.Text.TextSpan span) => new(span.Start, span.Length);
}
