using System.Collections.Immutable;
using MigrateCleanup.C.Macros;
using MigrateCleanup.C.Own;
using MigrateCleanup.C.Spelling;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;

namespace MigrateCleanup.C.Index;

/// <summary>What one file tells the rest of the codebase. Holds no tree and no text of the file.</summary>
public sealed record FileFacts
{
    public string Path { get; private init; } = "";

    /// <summary>The included names, with their quotes or angle brackets.</summary>
    public ImmutableArray<string> Includes { get; private init; } = [];

    /// <summary>Each name once.</summary>
    public ImmutableArray<FunctionFact> Functions { get; private init; } = [];

    public ImmutableArray<StructFact> Structs { get; private init; } = [];

    public ImmutableArray<EnumeratorFact> Enumerators { get; private init; } = [];

    /// <summary>Typedef names with the type they stand for.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Typedefs { get; private init; } = [];

    public ImmutableArray<MacroFact> Macros { get; private init; } = [];

    /// <summary>Macros at file level with their arguments: clean-up declarations among them.</summary>
    public ImmutableArray<CleanupDeclaration> Declarations { get; private init; } = [];

    /// <summary>Bodies of functions that by their names and parameters may release what they are given.</summary>
    public ImmutableArray<ReleaserBody> Releasers { get; private init; } = [];

    /// <summary>Macros that define releasers of several types.</summary>
    public ImmutableArray<FunctionTemplate> Templates { get; private init; } = [];

    /// <summary>How often each of the words that somebody asked for stands in the file.</summary>
    public ImmutableDictionary<string, int> Words { get; private init; } = ImmutableDictionary<string, int>.Empty;

    /// <summary>Reads the facts of a file.</summary>
    /// <param name="tree">The file.</param>
    /// <param name="counted">The words to count.</param>
    /// <param name="releaserWords">What the names of releasers end with.</param>
    public static FileFacts Of(SourceFileTree tree, IReadOnlySet<string> counted, ImmutableArray<string> releaserWords)
    {
        var functions = new Dictionary<string, FunctionFact>(StringComparer.Ordinal);
        var structs = ImmutableArray.CreateBuilder<StructFact>();
        var enumerators = ImmutableArray.CreateBuilder<EnumeratorFact>();
        var typedefs = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var macros = ImmutableArray.CreateBuilder<MacroFact>();
        var declarations = ImmutableArray.CreateBuilder<CleanupDeclaration>();
        var releasers = ImmutableArray.CreateBuilder<ReleaserBody>();
        foreach (var item in tree.Items)
        {
            switch (item)
            {
                case FunctionNode function:
                    var fact = FunctionFact.Of(function, tree.Text);
                    AddMacros(function.Specifiers);
                    Add(fact);
                    if (ReleaserBody.Of(function, fact, IsReleaser(fact.Name)) is { } body)
                        releasers.Add(body);

                    break;
                case DeclarationItemNode { Declaration: { IsTypedef: true } typedef }:
                    AddTypes(typedef);
                    foreach (var declarator in typedef.Declarators)
                        typedefs.Add(new(declarator.Name, declarator.IsFunctionPointer ? "void *" : TypeTexts.Of(typedef.Specifiers, declarator)));

                    break;
                case DeclarationItemNode { Declaration: var declaration }:
                    AddTypes(declaration);
                    AddMacros(declaration.Specifiers);
                    foreach (var declarator in declaration.Declarators.Where(d => d.IsFunction))
                        Add(FunctionFact.Of(declaration.Specifiers, declarator));

                    break;
                case MacroItemNode macro:
                    declarations.Add(new CleanupDeclaration(macro.Name, macro.Arguments) { Path = tree.Path, Unless = ExcludedAt(macro.Span.Start) });
                    break;
                case DefineNode define:
                    macros.Add(MacroFact.Of(define) with { IsFallback = IsFallback(define) });
                    break;
            }
        }

        return new FileFacts
        {
            Path = tree.Path,
            Includes = [.. tree.Items.OfType<IncludeNode>().Select(i => i.Name)],
            Functions = [.. functions.Values],
            Structs = structs.ToImmutable(),
            Enumerators = enumerators.ToImmutable(),
            Typedefs = typedefs.ToImmutable(),
            Macros = macros.ToImmutable(),
            Declarations = declarations.ToImmutable(),
            Releasers = releasers.ToImmutable(),
            Templates = [.. macros.Select(FunctionTemplate.Of).OfType<FunctionTemplate>().Where(t => IsReleaser(t.Suffix))],
            Words = Counted(tree, counted),
        };

        // What asks whether a name is defined is a header's guard, or a tool that does not compile.
        ImmutableArray<string> ExcludedAt(int position) => tree.Path.EndsWith(".c", StringComparison.Ordinal)
            ? []
            :
            [
                .. from condition in Conditions.Of(tree).At(position)
                   where condition.IsNegated && !condition.Text.StartsWith("defined(", StringComparison.Ordinal)
                   select condition.Text,
            ];

        bool IsFallback(DefineNode define) => define.IsFunctionLike && !MacroShapes.IsNamedLikeMacro(define.Name)
            && Conditions.Of(tree).At(define.Span.Start).Any(c =>
                c.IsNegated && (c.Text.Contains("HAVE_", StringComparison.Ordinal) || c.Text.Contains(define.Name, StringComparison.Ordinal)));

        bool IsReleaser(string name) => ReleaserNames.MaySay(name, releaserWords);

        void Add(FunctionFact fact) =>
            functions[fact.Name] = functions.TryGetValue(fact.Name, out var known) ? known.And(fact) : fact;

        // A macro that defines a function ends without a semicolon: what follows looks like its declarator.
        void AddMacros(SpecifiersNode specifiers)
        {
            foreach (var word in specifiers.Words)
            {
                if (word.Arguments is { } arguments && arguments.Contains(',', StringComparison.Ordinal) && !word.Name.StartsWith("__", StringComparison.Ordinal))
                    declarations.Add(new CleanupDeclaration(word.Name, MacroExpansion.ArgumentsIn(arguments)) { Path = tree.Path });
            }
        }

        void AddTypes(DeclarationNode declaration)
        {
            structs.AddRange(StructFact.In(declaration));
            enumerators.AddRange(EnumeratorFact.In(declaration.Specifiers));
        }
    }

    /// <summary>The facts of some of its functions alone.</summary>
    public FileFacts OfFunctions(Func<FunctionFact, bool> selects) => new() { Path = Path, Functions = [.. Functions.Where(selects)] };

    /// <summary>The facts with further functions: those that the file's macros define elsewhere.</summary>
    public FileFacts With(FileFacts defined) => this with
    {
        Functions =
        [
            .. Functions.Where(f => defined.Functions.All(d => d.Name != f.Name)),
            .. defined.Functions.Select(d => Functions.FirstOrDefault(f => f.Name == d.Name)?.And(d) ?? d),
        ],
        Releasers = [.. Releasers, .. defined.Releasers],
    };

    /// <summary>
    /// How often each of the words stands where a macro, an attribute or a call does: before a word, a bracket or a line of
    /// the preprocessor. A variable or a field of that name does not. A word that
    /// begins with an underscore stands for all that end with it, and <see cref="ScopedType.Hole"/> for all in capitals; these
    /// are counted with a bracket at their end.
    /// </summary>
    private static ImmutableDictionary<string, int> Counted(SourceFileTree tree, IReadOnlySet<string> counted)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        var lookup = (counted as HashSet<string> ?? counted.ToHashSet(StringComparer.Ordinal)).GetAlternateLookup<ReadOnlySpan<char>>();
        var countsCapitals = counted.Contains(ScopedType.Hole);
        CountIn(tree.Text, tree.Tokens);

        // What defines a macro has it, though nobody may use it yet.
        foreach (var define in tree.Items.OfType<DefineNode>())
            Count(define.Name);

        // A codebase's own macros may be all that names the attribute.
        foreach (var define in tree.Items.OfType<DefineNode>().Where(d => d.Replacement.Contains(StyleSign.Doubled, StringComparison.Ordinal)))
            CountIn(define.Replacement, CLexer.Lex(define.Replacement));

        return counts.ToImmutableDictionary(StringComparer.Ordinal);

        void CountIn(string text, IEnumerable<Token> tokens)
        {
            var (word, wordBrackets, brackets) = ((Token?)null, 0, 0);
            foreach (var token in tokens)
            {
                if (token.IsTrivia)
                    continue;

                if (word is { } before && (token.Kind != TokenKind.Punctuator || text[token.Start] is '(' or '{'))
                    CountWord(text, before, wordBrackets);

                (word, wordBrackets) = (token.Kind == TokenKind.Identifier ? token : null, brackets);
                brackets = token.Length == 1 && text[token.Start] == '(' ? brackets + 1 : 0;
            }

            if (word is { } last)
                CountWord(text, last, wordBrackets);
        }

        void CountWord(string text, Token token, int brackets)
        {
            var name = text.AsSpan(token.Start, token.Length);
            if (Count(name) && counted.Contains($"{name}{ScopedType.Bracket}") && TypeIn(text, token) is { } type)
            {
                var scoped = new ScopedType(name.ToString(), type).ToString();
                counts[scoped] = counts.GetValueOrDefault(scoped) + 1;
            }

            if (brackets >= StyleSign.Doubled.Length)
                Count($"{StyleSign.Doubled}{name}");
        }

        bool Count(ReadOnlySpan<char> text)
        {
            if (!lookup.TryGetValue(text, out var word))
            {
                var isKind = char.IsAsciiLetterUpper(text[0]) ? countsCapitals && !text.ContainsAnyInRange('a', 'z')
                    : text.LastIndexOf('_') is > 0 and var at && lookup.Contains(text[at..]);
                if (!isKind)
                    return false;

                word = $"{text}{ScopedType.Bracket}";
            }

            counts[word] = counts.GetValueOrDefault(word) + 1;
            return true;
        }

        // The one name in the brackets behind a macro.
        static string? TypeIn(string text, Token macro)
        {
            var behind = text.AsSpan(macro.Start + macro.Length).TrimStart(' ');
            if (!behind.StartsWith(ScopedType.Bracket, StringComparison.Ordinal) || behind.IndexOf(')') is not (> 0 and var end))
                return null;

            var type = behind[1..end].Trim(' ').ToString();
            return CTypeText.IsName(type) ? type : null;
        }
    }
}
