using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using MigrateCleanup.C.Macros;
using MigrateCleanup.C.Own;
using MigrateCleanup.C.Spelling;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Index;

/// <summary>
/// What the files of a codebase tell each other: functions, types, macros, clean-up declarations. Merged from the facts
/// of each file in the ordinal order of their paths, so that the same files give the same index.
/// </summary>
public sealed class ProjectIndex : ISpellingNames
{
    private const string TypeHole = "{type}";

    private readonly FrozenDictionary<string, ImmutableArray<FunctionFact>> _functions;
    private readonly FrozenDictionary<string, StructFact> _structs;
    private readonly FrozenDictionary<string, EnumeratorFact> _enumerators;
    private readonly FrozenDictionary<string, string> _typedefs;
    private readonly FrozenDictionary<string, ImmutableArray<MacroFact>> _macros;
    private readonly ILookup<string, CleanupDeclaration> _declarations;
    private readonly FrozenDictionary<string, ReleaserBody> _releasers;
    private readonly FrozenDictionary<string, int> _words;
    private readonly FrozenSet<string> _shown;

    private readonly string? _generated;
    private readonly IncludeGraph _includes;
    private readonly ILookup<string, string> _functionFiles;
    private readonly ILookup<string, string> _typeFiles;
    private readonly ILookup<string, string> _structFiles;
    private readonly ConcurrentDictionary<string, FrozenDictionary<string, string>> _functionsOfTypes = new(StringComparer.Ordinal);
    private readonly Lazy<ILookup<string, string>> _aliases;
    private ImmutableArray<CleanupDeclaration> _added = [];

    private ProjectIndex(IReadOnlyList<FileFacts> files, StyleSet styles, string? named, string? generated)
    {
        _aliases = new(() => Aliases.ToLookup(a => a.Function, a => a.Macro, StringComparer.Ordinal));
        _generated = generated;
        _includes = new IncludeGraph(files, generated);
        _functionFiles = files.SelectMany(f => f.Functions.Select(n => (n.Name, f.Path))).ToLookup(n => n.Name, n => n.Path, StringComparer.Ordinal);
        _typeFiles = files.SelectMany(f => f.Typedefs.Select(t => (t.Key, f.Path))).ToLookup(t => t.Key, t => t.Path, StringComparer.Ordinal);
        _structFiles = files.SelectMany(f => f.Structs.Select(s => (s.Name, f.Path))).ToLookup(s => s.Name, s => s.Path, StringComparer.Ordinal);
        _functions = files.SelectMany(f => f.Functions).GroupBy(f => f.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
        _structs = Merged(files.SelectMany(f => f.Structs), s => s.Name, (a, b) => a.Fields.SequenceEqual(b.Fields) ? a : a with { Fields = [.. a.Fields.Intersect(b.Fields)] });
        _enumerators = Merged(files.SelectMany(f => f.Enumerators), e => e.Name, (a, b) => a.Value == b.Value ? a : a with { Value = null });
        _typedefs = Merged(files.SelectMany(f => f.Typedefs), t => t.Key, (a, _) => a).ToFrozenDictionary(t => t.Key, t => t.Value.Value, StringComparer.Ordinal);
        _macros = files.SelectMany(f => f.Macros).GroupBy(m => m.Name, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.ToImmutableArray(), StringComparer.Ordinal);
        _releasers = Merged(files.SelectMany(f => f.Releasers), r => r.Function, (a, b) => a.And(b));
        _words = files.SelectMany(f => f.Words).GroupBy(w => w.Key, StringComparer.Ordinal)
            .ToFrozenDictionary(g => g.Key, g => g.Sum(w => w.Value), StringComparer.Ordinal);
        _declarations = files.SelectMany(f => f.Declarations)
            .Concat(LibraryDeclarations.Of(_words.Keys.ToHashSet(StringComparer.Ordinal), styles, t => _typedefs.ContainsKey(t) || _structs.ContainsKey(t)))
            .ToLookup(d => d.Macro, StringComparer.Ordinal);
        _shown = styles.Styles.SelectMany(s => s.Library.Where(l => s.Name == named || l.Words.Any(IsOfLibrary))).SelectMany(l => l.Macros)
            .ToFrozenSet(StringComparer.Ordinal);
    }

    /// <summary>Every function, as each file that names it has it, in ordinal order of their names.</summary>
    public IEnumerable<ImmutableArray<FunctionFact>> Functions =>
        _functions.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value);

    public IEnumerable<ReleaserBody> Releasers => _releasers.Values.Where(r => IsPointer(r.Parameter)).OrderBy(r => r.Function, StringComparer.Ordinal);

    /// <summary>Merges the facts of files, given in the ordinal order of their paths.</summary>
    /// <param name="files">The facts.</param>
    /// <param name="styles">The styles, whose libraries the codebase may use.</param>
    /// <param name="named">The style that the user asks for, which vouches for the macros of its library.</param>
    /// <param name="generated">The path among them of a file that is not there yet, and that every file may include.</param>
    public static ProjectIndex Of(IReadOnlyList<FileFacts> files, StyleSet styles, string? named = null, string? generated = null) =>
        new(files, styles, named, generated);

    /// <summary>What the files say of a function of this name, a fact a file; empty when none names it.</summary>
    public ImmutableArray<FunctionFact> Function(string name) => _functions.GetValueOrDefault(name, []);

    /// <summary>The type that every function of this name returns; null where there is none, or they differ.</summary>
    public string? ReturnTypeOf(string name)
    {
        var facts = Function(name);
        if (facts is not [var first, ..])
            return null;

        // A prototype and a definition may spell one type in two ways; a pointer stays one.
        return facts.All(f => f.ReturnType == first.ReturnType || (IsPointer(f.ReturnType) && IsPointer(first.ReturnType))) ? first.ReturnType : null;
    }

    /// <summary>A constant of an enum; null when the name is none.</summary>
    public EnumeratorFact? Enumerator(string name) => _enumerators.GetValueOrDefault(name);

    /// <summary>The field of a struct, a union, or what a typedef or pointer names of these; null where it is not known.</summary>
    public FieldFact? Field(string type, string field)
    {
        const int Most = 32;
        var name = type.TrimEnd('*', ' ');
        for (var i = 0; i < Most; i++)
        {
            if (_structs.TryGetValue(name, out var found))
                return found.Fields.FirstOrDefault(f => f.Name == field);

            if (!_typedefs.TryGetValue(name, out var meant))
                return null;

            name = meant.TrimEnd('*', ' ');
        }

        return null;
    }

    /// <summary>Every definition of a macro; empty when there is none.</summary>
    public ImmutableArray<MacroFact> Macros(string name) => _macros.GetValueOrDefault(name, []);

    /// <summary>
    /// The macros without parameters whose words may lead to a word: it is a part of one, or of a macro that they name.
    /// </summary>
    public IEnumerable<string> MacrosThatName(string word)
    {
        var leading = _macros.Where(m => m.Value.Any(d => d.Replacement.Contains(word, StringComparison.Ordinal))).Select(m => m.Key).ToHashSet(StringComparer.Ordinal);
        return _macros
            .Where(m => m.Value.Any(d => !d.IsFunctionLike) && (leading.Contains(m.Key) || m.Value.Any(d => d.Named.Any(leading.Contains))))
            .Select(m => m.Key)
            .Order(StringComparer.Ordinal);
    }

    /// <summary>The macros of one parameter.</summary>
    public IEnumerable<string> MacrosOfOne =>
        _macros.Where(m => m.Value[0] is { IsFunctionLike: true, Parameters.Length: 1 }).Select(m => m.Key).Order(StringComparer.Ordinal);

    public ReleaserBody? Releaser(string name) =>
        _releasers.GetValueOrDefault(name) is { } body && IsPointer(body.Parameter) ? body : null;

    /// <summary>How often one of the counted words stands in the codebase.</summary>
    public int Uses(string word) => _words.GetValueOrDefault(word);

    public bool HasMacro(string name) => _macros.ContainsKey(name) || _words.ContainsKey(name) || _shown.Contains(name);

    public ImmutableArray<string> FunctionsBehind(string macro) =>
        Macros(macro) is var definitions && definitions.All(d => d.Alias is not null) ? [.. definitions.Select(d => d.Alias!)] : [];

    public IEnumerable<string> AliasesOf(string function) => _aliases.Value[function];

    /// <summary>The macros that are other names of functions, with each function.</summary>
    public IEnumerable<(string Macro, string Function)> Aliases =>
        _macros.Where(m => m.Value.All(d => d.Alias is not null)).SelectMany(m => m.Value.Select(d => (m.Key, d.Alias!)));

    public bool HasFunction(string name) => _functions.ContainsKey(name);

    public bool SeesFunction(string name, string? macro) => HasFunction(name);

    public CleanupFunction? CleanupFunction(string name) => OwnCleanups.Of(Function(name));

    public bool HasType(string name) => _typedefs.ContainsKey(name);

    public IEnumerable<CleanupDeclaration> DeclarationsBy(string macro) =>
        _added.IsEmpty ? _declarations[macro] : _declarations[macro].Concat(_added.Where(d => d.Macro == macro));

    public string? PointeeOf(string typeName) =>
        Resolved(typeName) is [.. var pointee, '*'] ? pointee.TrimEnd() : null;

    public string? MeaningOf(string typeName) => Resolved(typeName);

    public bool Sees(string path, string macro) => _includes.Sees(path, macro);

    public string? HeaderOf(string path, string macro) => _includes.HeaderOf(path, macro);

    public bool Configures(string path, string include) => _includes.Configures(path, include);

    public bool IsWithout(string path, ImmutableArray<string> headers) => _includes.IsWithout(path, headers);

    public bool HasFrom(string path, string macro, ImmutableArray<string> headers) => _includes.HasFrom(path, macro, headers);

    public bool IsNewTo(string path, string name, ImmutableArray<string> headers) =>
        !headers.IsEmpty && !_words.ContainsKey(name) && !_macros.ContainsKey(name) && !_functions.ContainsKey(name) && _includes.IsNewTo(path, headers);

    public bool IsOnlyWith(string path, ImmutableArray<string> headers) => _includes.IsOnlyWith(path, headers);

    public bool Includes(string path, string header) => _includes.Includes(path, header) || (header == _generated && _generated is not null);

    public bool Brings(string macro, string path) => _includes.Brings(macro, path);

    public IEnumerable<string> FilesOf(string function) => _functionFiles[function].Distinct();

    public IEnumerable<string> FilesOfType(string name) => _typeFiles[name].Distinct();

    public IEnumerable<string> FilesOfStruct(string typeName) => Resolved(typeName) is { } meant ? _structFiles[meant].Distinct() : [];

    public string? FirstParameterOf(string function) =>
        Function(function) is [var first, ..] all && all.All(f => CTypeText.Normal(f.FirstParameter) == CTypeText.Normal(first.FirstParameter))
            ? first.FirstParameter
            : null;

    public string? FunctionOfType(string template, string type) =>
        _functionsOfTypes.GetOrAdd(template, FunctionsBy).GetValueOrDefault(Squeezed(type));

    public string? ReturnedNameOf(string function)
    {
        var defined = Function(function).Where(f => f.IsDefined).Select(f => f.ReturnedName).Distinct().ToList();
        return defined is [var only] ? only : null;
    }

    /// <summary>The index with more clean-up declarations.</summary>
    public ProjectIndex With(IEnumerable<CleanupDeclaration> added)
    {
        var next = (ProjectIndex)MemberwiseClone();
        next._added = [.. _added, .. added];
        return next;
    }

    /// <summary>The functions whose names are a type's and the same words, by the letters of the type's name.</summary>
    private FrozenDictionary<string, string> FunctionsBy(string template)
    {
        var words = template.Replace(TypeHole, "", StringComparison.Ordinal);
        return _functions.Keys.Where(f => f.EndsWith(words, StringComparison.Ordinal))
            .GroupBy(f => Squeezed(f[..^words.Length]), StringComparer.Ordinal)
            .Where(g => g.Count() == 1)
            .ToFrozenDictionary(g => g.Key, g => g.First(), StringComparer.Ordinal);
    }

    private static string Squeezed(string name) => name.Replace("_", "", StringComparison.Ordinal).ToLowerInvariant();

    /// <summary>The codebase uses what it does not define.</summary>
    private bool IsOfLibrary(string word) => _words.ContainsKey(word) && !_macros.ContainsKey(word) && !_functions.ContainsKey(word);

    /// <summary>A type's text names a pointer, by itself or through typedefs.</summary>
    public bool IsPointer(string type) => type.EndsWith('*') || Resolved(type)?.EndsWith('*') == true;

    /// <summary>What is known of names when files are parsed: types, and what macros stand for.</summary>
    /// <param name="styles">The macros of libraries that make declarations.</param>
    public SyntaxNames SyntaxNames(StyleSet styles)
    {
        var shapes = new Dictionary<string, MacroShape>(StringComparer.Ordinal);
        foreach (var name in _macros.Keys)
        {
            if (ShapeOf(name, 0) is var shape and not MacroShape.Unknown)
                shapes[name] = shape;
        }

        // A name that is a function here is no macro of that library.
        foreach (var (name, shape) in ScopeShapes.Of(styles).Where(s => !_functions.ContainsKey(s.Macro) || _macros.ContainsKey(s.Macro)))
            shapes[name] = shape;

        return new SyntaxNames(_typedefs.Keys, shapes);
    }

    private MacroShape ShapeOf(string name, int depth)
    {
        const int Deepest = 8;
        return depth > Deepest ? MacroShape.Unknown : MacroShapes.Agreed(Macros(name), via => ShapeOf(via, depth + 1));
    }

    /// <summary>The type that a typedef stands for in the end; null for a name that is none.</summary>
    private string? Resolved(string name)
    {
        const int Most = 32;
        string? result = null;
        for (var i = 0; i < Most && _typedefs.TryGetValue(name, out var type) && type != name; i++)
            result = name = type;

        return result;
    }

    private static FrozenDictionary<string, T> Merged<T>(IEnumerable<T> all, Func<T, string> key, Func<T, T, T> join)
    {
        var merged = new Dictionary<string, T>(StringComparer.Ordinal);
        foreach (var one in all)
        {
            var name = key(one);
            merged[name] = merged.TryGetValue(name, out var known) ? join(known, one) : one;
        }

        return merged.ToFrozenDictionary(StringComparer.Ordinal);
    }
}
