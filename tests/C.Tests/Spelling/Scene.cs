using System.Collections.Immutable;
using MigrateCleanup.C.Flow;
using MigrateCleanup.C.Spelling;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;
using MigrateCleanup.Rules;
using Xunit;

namespace MigrateCleanup.C.Tests.Spelling;

/// <summary>
/// One function, to be changed by hand-made changes. Pieces of its graph are found by their text; a text that ends in
/// <c>*</c> is the start of one. Where a text stands several times, a number says which.
/// </summary>
internal sealed class Scene
{
    private static readonly StyleSet Styles = StyleSet.Shipped(ShippedStyles());

    private readonly string _text;
    private readonly Function _function;

    private Scene(string text, FunctionReading reading)
    {
        _text = text;
        _function = reading.Primary;
    }

    public static void Check(string before, Func<Scene, IEnumerable<Change>> changes, string after, string style = "glib", bool sees = true)
    {
        var spelling = Spelled(before, changes, style, sees);
        Assert.Null(spelling.Refusal);
        Assert.Equal(after, TextEdits.Apply(before, spelling.Edits));
    }

    public static void CheckRefused(string before, Func<Scene, IEnumerable<Change>> changes, string refusal, string style = "glib") =>
        Assert.Equal(refusal, Spelled(before, changes, style, sees: true).Refusal?.Id);

    public Jump Jump(string text, int number = 0) => Nth(_function.Jumps.Where(j => Is(j.Origin, text)), text, number);

    public Label Label(string name) => _function.Labels.Single(l => l.Name == name);

    public Local Local(string name) => _function.Locals.First(l => l.Name == name);

    public Call Call(string text, int number = 0) => Event<Call>(text, number);

    public Store Store(string text, int number = 0) => Event<Store>(text, number);

    public EvaluateReturn Return(string text, int number = 0) => Event<EvaluateReturn>(text, number);

    public Branch Branch(string text, int number = 0) =>
        Nth(_function.Graph.Blocks.Select(b => b.Branch).OfType<Branch>().Where(b => Is(b.Origin, text)), text, number);

    /// <summary>The local is scoped, and every call of its releaser with it goes, as does what empties it behind one.</summary>
    public ScopeLocal Scope(string name, string releaser, Constant? empty = null, ScopeExtent extent = ScopeExtent.Block)
    {
        var local = Local(name);
        var releases = _function.Graph.Events.OfType<Call>()
            .Where(c => c.Callee.Name == releaser && c.Arguments.Any(a => a.Local == local || a.Target == local)).ToImmutableArray();
        Assert.NotEmpty(releases);
        return new ScopeLocal(
            local,
            new Resource { Name = releaser, Kind = ResourceKind.Memory, Empty = empty ?? Constant.Null },
            new Releaser(releaser, new Operand(0)),
            [.. _function.Graph.Events.OfType<Store>().Where(s => s.Target == local && s.Value is not Constant).Take(1)],
            releases,
            extent);
    }

    public HoldLock Hold(string enter, string exit, ScopeExtent extent) => new(
        Call(enter),
        [.. _function.Graph.Events.OfType<Call>().Where(c => Is(c.Origin, exit))],
        new Resource { Name = "lock", Kind = ResourceKind.Lock },
        new Releaser(Call(exit).Callee.Name, new Operand(0)))
    {
        Extent = extent,
    };

    private static IEnumerable<(string, string)> ShippedStyles()
    {
        var rules = typeof(EarlyReturn).Assembly;
        foreach (var name in rules.GetManifestResourceNames().Where(n => n.StartsWith("styles/", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(rules.GetManifestResourceStream(name)!);
            yield return (name, reader.ReadToEnd());
        }
    }

    private static Engine.Languages.Spelling Spelled(string text, Func<Scene, IEnumerable<Change>> changes, string style, bool sees)
    {
        var tree = CParser.Parse("file.c", text, SyntaxNames.None);
        var node = tree.Functions.First();
        Assert.Null(node.Body.Error);
        var views = node.Body.Views.Select(v => Lowering.Lower("file.c", node.Name, node, v.Body, NothingKnown.Instance, Catalogue.Empty)).ToImmutableArray();
        var reading = new FunctionReading(node.Name, views);
        var input = new CSpellingInput(tree, Styles[style]!, new AllNames(sees), _ => null);
        return CSpeller.Spell(input, reading, [.. changes(new Scene(text, reading))]);
    }

    private T Event<T>(string text, int number)
        where T : Event =>
        Nth(_function.Graph.Events.OfType<T>().Where(e => !e.IsImplied && Is(e.Origin, text)), text, number);

    private static T Nth<T>(IEnumerable<T> all, string text, int number)
    {
        var found = all.Skip(number).Take(1).ToList();
        Assert.True(found.Count == 1, $"nothing in the graph is '{text}'");
        return found[0];
    }

    private bool Is(Origin origin, string text)
    {
        var written = _text.Substring(origin.Span.Start, origin.Span.Length);
        return text.EndsWith('*') ? written.StartsWith(text[..^1], StringComparison.Ordinal) : written == text;
    }

    /// <summary>Every macro and function is there.</summary>
    private sealed class AllNames(bool sees) : ISpellingNames
    {
        public ImmutableArray<string> FunctionsBehind(string macro) => [];

        public IEnumerable<string> AliasesOf(string function) => [];

        public bool HasMacro(string name) => true;

        public bool HasFunction(string name) => false;

        public bool SeesFunction(string name, string? macro) => false;

        public CleanupFunction? CleanupFunction(string name) => null;

        public bool HasType(string name) => false;

        public IEnumerable<CleanupDeclaration> DeclarationsBy(string macro) => [];

        public string? PointeeOf(string typeName) => null;

        public string? MeaningOf(string typeName) => null;

        public bool Sees(string path, string macro) => sees;

        public string? HeaderOf(string path, string macro) => null;

        public bool Includes(string path, string header) => false;

        public bool Configures(string path, string include) => false;

        public bool Brings(string macro, string path) => false;

        public bool HasFrom(string path, string macro, ImmutableArray<string> headers) => true;

        public bool IsWithout(string path, ImmutableArray<string> headers) => false;

        public bool IsNewTo(string path, string name, ImmutableArray<string> headers) => false;

        public bool IsOnlyWith(string path, ImmutableArray<string> headers) => true;

        public IEnumerable<string> FilesOf(string function) => [];

        public IEnumerable<string> FilesOfType(string name) => [];

        public IEnumerable<string> FilesOfStruct(string typeName) => [];

        public string? FirstParameterOf(string function) => null;

        public string? ReturnTypeOf(string function) => null;

        public string? FunctionOfType(string template, string type) => null;

        public string? ReturnedNameOf(string function) => null;
    }

    private sealed class NothingKnown : ICodeKnowledge
    {
        public static NothingKnown Instance { get; } = new();

        public bool IsNoReturn(string callee) => false;

        public bool IsFunction(string name) => true;

        public string? ReturnType(string function) => null;

        public NamedValue? ValueOf(string name) => null;

        public MacroMeaning? MacroOf(string name) => null;

        public ScopeRelease? ScopeReleaseOf(SpecifiersNode specifiers, DeclaratorNode declarator) => null;

        public ScopedClass? ClassOf(SpecifiersNode specifiers) => null;

        public string? MadeBy(string name) => null;

        public ClearingForm? ClearingOf(string call) => null;

        public StealForm? StealOf(string call) => null;

        public LockGuards Guards { get; } = new([]);

        public bool IsPointer(string type) => type.EndsWith('*');

        public bool IsStatic(SpecifiersNode specifiers) => specifiers.Has("static");
    }
}
