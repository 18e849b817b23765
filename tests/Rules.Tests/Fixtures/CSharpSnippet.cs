using System.Collections.Immutable;
using Basic.Reference.Assemblies;
using MigrateCleanup.CSharp;
using MigrateCleanup.Engine.Ownership;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MigrateCleanup.Rules.Tests.Fixtures;

/// <summary>
/// How a snippet is compiled: members are put into a class, the usual namespaces imported; a program stands without one. The text around it is the
/// same before and after, so that it can be cut off again.
/// </summary>
public sealed class CSharpSnippet : ISnippet
{
    public const string Path = "Snippet.cs";

    // A remark behind them keeps those that a rewrite no longer needs.
    private static readonly string Usings = string.Concat(new[]
    {
        "System", "System.Buffers", "System.Collections.Generic", "System.Diagnostics", "System.IO", "System.Linq",
        "System.Runtime.InteropServices", "System.Text", "System.Threading", "System.Threading.Tasks", "static Prelude",
    }.Select(n => $"using {n}; // for snippets\n"));

    private const string OpenClass = "sealed class Fixture\n{\n";
    private const string CloseClass = "}\n";

    // Compilations made from one share what they know of their references, which is most of the work.
    private static readonly CSharpCompilation Empty = CSharpCompilation.Create(
        "Snippet",
        references: [.. Net100.References.All, PreludeReference()],
        options: new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));

    private readonly string _prefix;
    private readonly string _suffix;
    private readonly bool _isProgram;
    private readonly LanguageVersion _version = LanguageVersion.Latest;
    private readonly ImmutableArray<ImmutableArray<string>> _symbols = [[]];

    public CSharpSnippet(FixtureBlock block, string text)
    {
        if (block.Options.TryGetValue("lang", out var version) && !LanguageVersionFacts.TryParse(version, out _version))
            throw new InvalidOperationException($"unknown language version {version}");

        if (block.Options.TryGetValue("symbols", out var symbols))
        {
            _symbols = [.. symbols.Split('|').Select(s =>
                s.Split(',', StringSplitOptions.RemoveEmptyEntries).ToImmutableArray())];
        }

        _isProgram = block.Options.ContainsKey("program");
        var newLine = text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var root = SyntaxFactory.ParseCompilationUnit(text, options: Options(_symbols[0]));
        var hasTypes = _isProgram || root.Members.Any(m => m is BaseTypeDeclarationSyntax or BaseNamespaceDeclarationSyntax);
        _prefix = (hasTypes ? Usings : Usings + OpenClass).ReplaceLineEndings(newLine);
        _suffix = (hasTypes ? "" : CloseClass).ReplaceLineEndings(newLine);
    }

    public bool HandlesOutOfMemory => false;

    public int Offset => _prefix.Length;

    public string FileText(string text) => _prefix + text + _suffix;

    public string? Unwrapped(string file) =>
        file.StartsWith(_prefix, StringComparison.Ordinal) && file.EndsWith(_suffix, StringComparison.Ordinal)
            ? file[_prefix.Length..^_suffix.Length]
            : null;

    /// <summary>One project for each configuration.</summary>
    public ImmutableArray<CSharpProject> Projects(string text) =>
    [
        .. _symbols.Select(symbols => new CSharpProject(
            symbols.IsEmpty ? "Snippet" : $"Snippet({string.Join(' ', symbols)})", Compilation(text, symbols))),
    ];

    public ImmutableArray<string> Diagnostics(string text) =>
    [
        .. from symbols in _symbols
           from diagnostic in Compilation(text, symbols).GetDiagnostics()
           where diagnostic.Severity >= DiagnosticSeverity.Warning
           select $"{diagnostic.Severity} {diagnostic.Id} {diagnostic.GetMessage(System.Globalization.CultureInfo.InvariantCulture)}",
    ];

    public OpenedSnippet Open(string text, ImmutableArray<CatalogueFacts> pairs)
    {
        var catalogue = Catalog.CatalogueFor("cs", pairs);
        return new OpenedSnippet(CSharpCodebase.Create(Projects(text), catalogue), catalogue, "bcl");
    }

    public IEnumerable<(string Text, bool TrailsDeclaration)> Comments(string text) =>
        from trivia in SyntaxFactory.ParseCompilationUnit(text).DescendantTrivia(descendIntoTrivia: true)
        where trivia.Kind() is SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
        let declares = trivia.Token.Parent?.AncestorsAndSelf().OfType<LocalDeclarationStatementSyntax>().FirstOrDefault()
        select (trivia.ToString(), declares is not null && declares.GetTrailingTrivia().Contains(trivia));

    private CSharpCompilation Compilation(string text, ImmutableArray<string> symbols) =>
        (_isProgram ? Empty.WithOptions(Empty.Options.WithOutputKind(OutputKind.ConsoleApplication)) : Empty).AddSyntaxTrees(CSharpSyntaxTree.ParseText(FileText(text), Options(symbols), Path));

    private CSharpParseOptions Options(ImmutableArray<string> symbols) => new(_version, preprocessorSymbols: symbols);

    private static MetadataReference PreludeReference()
    {
        var text = File.ReadAllText(System.IO.Path.Combine(FixtureFiles.Root, "cs", "Prelude.cs"));
        var compilation = CSharpCompilation.Create(
            "Prelude",
            [CSharpSyntaxTree.ParseText(text)],
            Net100.References.All,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, allowUnsafe: true));
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        return result.Success
            ? MetadataReference.CreateFromImage(image.ToArray())
            : throw new InvalidOperationException(result.Diagnostics.First(d => d.Severity == DiagnosticSeverity.Error).ToString());
    }
}
