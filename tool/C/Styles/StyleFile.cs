using System.Collections.Immutable;
using System.Text.Json;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Styles;

/// <summary>
/// Reads styles, written as JSON (<c>rules/schemas/style.schema.json</c>). The shipped ones and the <c>styles</c> of a
/// user's configuration have one format. A mistake is a value with line and column, and the entry it stands in is left
/// out; an unknown key is a mistake.
/// </summary>
public static class StyleFile
{
    /// <summary>Reads a whole file. The style is null when it has no name.</summary>
    public static (Style? Style, ImmutableArray<TextProblem> Problems) Read(string name, string text)
    {
        var source = JsonSource.Parse(name, text);
        var style = source.Root is null ? null : Read(source, source.Root);
        return (style, source.Problems);
    }

    /// <summary>Reads a style inside another text; complaints go to that source.</summary>
    public static Style? Read(JsonSource source, LocatedJson value) => new Reader(source).Style(value);

    /// <summary>Reads <c>styles</c>: a list.</summary>
    public static ImmutableArray<Style> ReadAll(JsonSource source, LocatedJson value)
    {
        var reader = new Reader(source);
        return [.. reader.List(value, "styles").Select(reader.Style).OfType<Style>()];
    }

    private sealed class Reader(JsonSource source)
    {
        private static readonly string[] Holes = ["pointee", "type", "releaser", "cleanup", "empty", "expression"];

        private static readonly (string Name, ScopedValue Value)[] Values =
        [
            ("pointer", ScopedValue.Pointer), ("descriptor", ScopedValue.Descriptor), ("structure", ScopedValue.Structure),
        ];

        private static readonly (string Name, ScopePlacement Value)[] Placements =
        [
            ("declaration", ScopePlacement.Declaration), ("statement", ScopePlacement.Statement),
        ];

        private static readonly (string Name, DeclarationPlace Value)[] Places =
        [
            ("beside-releaser", DeclarationPlace.BesideReleaser), ("in-file", DeclarationPlace.InFile),
        ];

        public Style? Style(LocatedJson value)
        {
            if (!IsObject(value, "a style"))
                return null;

            source.CheckMembers(
                value, "a style", "$schema", "name", "extends", "title", "signs", "library", "scopes", "declarations", "steals",
                "locks", "guards", "classes", "covers", "clearings", "mixesWithLabels", "declaresFirst", "braces", "guardsSingleStatements", "allocatorAborts", "header", "otherHeaders", "onlyHeader", "generatedHeader", "failFast");
            if (Required(value, "name", "a style") is not { } name)
                return null;

            return new Style(name)
            {
                Extends = Optional(value, "extends"),
                Title = Optional(value, "title") ?? "",
                Signs = Each(value["signs"], "signs", Sign),
                Library = Each(value["library"], "library", Library),
                Scopes = Each(value["scopes"], "scopes", Scope),
                Declarations = Each(value["declarations"], "declarations", Declaration),
                Steals = Each(value["steals"], "steals", Steal),
                Locks = Each(value["locks"], "locks", Lock),
                Guards = Each(value["guards"], "guards", Guard),
                Classes = Each(value["classes"], "classes", Class),
                Covers = Lists(value["covers"], "covers"),
                Clearings = Each(value["clearings"], "clearings", Clearing),
                MixesWithLabels = source.BooleanOf(value["mixesWithLabels"], "mixesWithLabels", otherwise: true),
                DeclaresFirst = source.BooleanOf(value["declaresFirst"], "declaresFirst"),
                BracesSingleStatements = value["braces"] is { } braces ? source.BooleanOf(braces, "braces") : null,
                GuardsSingleStatements = source.BooleanOf(value["guardsSingleStatements"], "guardsSingleStatements"),
                AllocatorAborts = source.BooleanOf(value["allocatorAborts"], "allocatorAborts"),
                Header = Optional(value, "header"),
                OtherHeaders = source.StringsOf(value["otherHeaders"], "otherHeaders"),
                OnlyHeader = source.BooleanOf(value["onlyHeader"], "onlyHeader"),
                GeneratedHeader = value["generatedHeader"] is { } header ? Generated(header) : null,
                FailFast = Each(value["failFast"], "failFast", FailFast),
            };
        }

        public ImmutableArray<LocatedJson> List(LocatedJson? value, string what)
        {
            if (value is null)
                return [];

            if (value.Kind == JsonValueKind.Array)
                return value.Items;

            source.Complain(value, $"{what} must be a list, not {value.KindName}");
            return [];
        }

        private StyleSign? Sign(LocatedJson value)
        {
            source.CheckMembers(value, "a sign", "macro", "weight");
            if (Required(value, "macro", "a sign") is not { } macro)
                return null;

            if (value["weight"] is { } weight && weight.Integer is not (>= 1 and <= 100))
                source.Complain(weight, "weight must be a number from 1 to 100");

            return new StyleSign(macro, (int)Math.Clamp(value["weight"]?.Integer ?? 1, 1, 100));
        }

        private LibraryMacros? Library(LocatedJson value)
        {
            source.CheckMembers(value, "a library's macros", "macros", "shownBy");
            return new LibraryMacros(source.StringsOf(value["macros"], "macros"), source.StringsOf(value["shownBy"], "shownBy"));
        }

        private ScopeForm? Scope(LocatedJson value)
        {
            source.CheckMembers(
                value, "a scope", "name", "macro", "text", "alternatives", "guarded", "placement", "value", "releasers", "pairs", "aliases",
                "declaredBy", "cleanup", "anyReleaser", "takesAddress", "needsTypeName", "empty", "emptyToo", "guards",
                "declaresAtAcquisition", "readsOnly", "broughtType", "header", "libraryReleasers", "castReleaser", "castType", "typeFunction", "elements");
            if (Required(value, "name", "a scope") is not { } name || Required(value, "text", "a scope") is not { } text)
                return null;

            var placement = OneOf(value["placement"], "placement", Placements, ScopePlacement.Declaration);
            if (!text.Contains("{name}", StringComparison.Ordinal))
                source.Complain(value["text"]!, "the text must have a hole {name}");

            var scoped = OneOf(value["value"], "value", Values, ScopedValue.Pointer);
            return new ScopeForm(name)
            {
                Macro = Optional(value, "macro"),
                Text = text,
                Alternatives = source.StringsOf(value["alternatives"], "alternatives"),
                Guarded = Optional(value, "guarded"),
                Placement = placement,
                Value = scoped,
                Releasers = source.StringsOf(value["releasers"], "releasers"),
                Pairs = Texts(value["pairs"], "pairs"),
                Aliases = Lists(value["aliases"], "aliases"),
                DeclaredBy = source.StringsOf(value["declaredBy"], "declaredBy"),
                Cleanup = Optional(value, "cleanup"),
                AnyReleaser = source.BooleanOf(value["anyReleaser"], "anyReleaser"),
                TakesAddress = source.BooleanOf(value["takesAddress"], "takesAddress"),
                ReadsOnly = source.BooleanOf(value["readsOnly"], "readsOnly"),
                BroughtType = Optional(value, "broughtType"),
                LibraryReleasers = source.StringsOf(value["libraryReleasers"], "libraryReleasers"),
                CastReleaser = Optional(value, "castReleaser"),
                CastType = Optional(value, "castType"),
                Elements = Optional(value, "elements"),
                TypeFunction = Optional(value, "typeFunction"),
                NeedsTypeName = source.BooleanOf(value["needsTypeName"], "needsTypeName"),
                Empty = Optional(value, "empty") ?? (scoped == ScopedValue.Descriptor ? "-1" : "NULL"),
                EmptyToo = source.StringsOf(value["emptyToo"], "emptyToo"),
                Guards = source.BooleanOf(value["guards"], "guards"),
                DeclaresAtAcquisition = source.BooleanOf(value["declaresAtAcquisition"], "declaresAtAcquisition"),
                Header = Optional(value, "header"),
            };
        }

        private DeclarationForm? Declaration(LocatedJson value)
        {
            source.CheckMembers(value, "a declaration", "macro", "parameters", "text", "cleanup", "releaser", "storesResult", "place");
            if (Required(value, "macro", "a declaration") is not { } macro)
                return null;

            foreach (var parameter in List(value["parameters"], "parameters"))
            {
                if (parameter.Text is { } hole && !Holes.Contains(hole) && hole != "_")
                    source.Complain(parameter, $"a parameter must be one of {string.Join(", ", Holes)}, or _ for any other");
            }

            return new DeclarationForm(macro, source.StringsOf(value["parameters"], "parameters"))
            {
                Text = Optional(value, "text"),
                Cleanup = Optional(value, "cleanup"),
                Releaser = Optional(value, "releaser"),
                StoresResult = source.BooleanOf(value["storesResult"], "storesResult"),
                Place = OneOf(value["place"], "place", Places, DeclarationPlace.BesideReleaser),
            };
        }

        private StealForm? Steal(LocatedJson value)
        {
            source.CheckMembers(value, "a steal", "name", "macro", "value", "text", "return", "header");
            if (Required(value, "name", "a steal") is not { } name || Required(value, "text", "a steal") is not { } text)
                return null;

            return new StealForm(name)
            {
                Macro = Optional(value, "macro"),
                Value = OneOf(value["value"], "value", Values, ScopedValue.Pointer),
                Text = text,
                Return = Optional(value, "return"),
                Header = Optional(value, "header"),
            };
        }

        private ClearingForm? Clearing(LocatedJson value)
        {
            source.CheckMembers(value, "a clearing", "call", "subject", "with", "releaser", "empty");
            if (Required(value, "call", "a clearing") is not { } call)
                return null;

            if (value["with"] is null == value["releaser"] is null)
                source.Complain(value, "a clearing has either 'with', the argument that releases, or a 'releaser'");

            return new ClearingForm(call, Argument(value["subject"], "subject") ?? 0)
            {
                With = Argument(value["with"], "with"),
                Releaser = Optional(value, "releaser"),
                Empty = Optional(value, "empty") ?? "NULL",
            };
        }

        private LockForm? Lock(LocatedJson value)
        {
            source.CheckMembers(
                value, "a lock", "name", "macro", "enters", "exits", "text", "alternatives", "block", "variable", "empty", "dropsArguments", "header");
            if (Required(value, "name", "a lock") is not { } name || Required(value, "text", "a lock") is not { } text)
                return null;

            var (enters, exits) = (source.StringsOf(value["enters"], "enters"), source.StringsOf(value["exits"], "exits"));
            if (enters.IsEmpty || exits.IsEmpty)
            {
                source.Complain(value, "a lock needs enters and exits");
                return null;
            }

            return new LockForm(name)
            {
                Macro = Optional(value, "macro"),
                Enters = enters,
                Exits = exits,
                Text = text,
                Alternatives = source.StringsOf(value["alternatives"], "alternatives"),
                Block = Optional(value, "block"),
                Variable = Optional(value, "variable"),
                Empty = Optional(value, "empty"),
                DropsArguments = source.BooleanOf(value["dropsArguments"], "dropsArguments"),
                Header = Optional(value, "header"),
            };
        }

        private GuardDeclaration? Guard(LocatedJson value)
        {
            source.CheckMembers(value, "a guard", "macro", "enter", "exit", "text", "lock", "state", "block");
            if (Required(value, "macro", "a guard") is not { } macro || Required(value, "text", "a guard") is not { } text)
                return null;

            if (Argument(value["enter"], "enter") is not { } enter || Argument(value["exit"], "exit") is not { } exit)
            {
                source.Complain(value, "a guard needs enter and exit");
                return null;
            }

            return new GuardDeclaration(macro, enter, exit, text)
            {
                Lock = Optional(value, "lock"),
                State = Optional(value, "state"),
                Block = Optional(value, "block"),
            };
        }

        private ClassForm? Class(LocatedJson value)
        {
            source.CheckMembers(value, "a class", "macro", "declaredBy", "value", "text");
            return Required(value, "macro", "a class") is { } macro && Required(value, "declaredBy", "a class") is { } declaredBy
                && Required(value, "value", "a class") is { } named && Required(value, "text", "a class") is { } text
                ? new ClassForm(macro, declaredBy, named, text)
                : null;
        }

        private FailFastForm? FailFast(LocatedJson value)
        {
            source.CheckMembers(value, "an entry of failFast", "call", "text", "assigns", "releasers");
            if (Required(value, "call", "an entry of failFast") is not { } call || Required(value, "text", "an entry of failFast") is not { } text)
                return null;

            return new FailFastForm(call, text)
            {
                Assigns = Argument(value["assigns"], "assigns"),
                Releasers = Texts(value["releasers"], "releasers"),
            };
        }

        private GeneratedHeader? Generated(LocatedJson value)
        {
            if (!IsObject(value, "generatedHeader"))
                return null;

            source.CheckMembers(value, "generatedHeader", "file", "brings", "lines");
            return Required(value, "file", "generatedHeader") is { } file
                ? new GeneratedHeader(file, Lines(value["lines"], "lines")) { Brings = source.StringsOf(value["brings"], "brings") }
                : null;
        }

        private ImmutableArray<string> Lines(LocatedJson? value, string what)
        {
            foreach (var line in List(value, what).Where(l => l.Text is null))
                source.Complain(line, $"an item of {what} must be a string, not {line.KindName}");

            return [.. List(value, what).Select(l => l.Text).OfType<string>()];
        }

        private int? Argument(LocatedJson? value, string what)
        {
            if (value is null || value.Integer is >= 0 and <= 255)
                return (int?)value?.Integer;

            source.Complain(value, $"{what} must be the number of an argument, from 0");
            return null;
        }

        private ImmutableArray<T> Each<T>(LocatedJson? value, string what, Func<LocatedJson, T?> read)
            where T : class =>
            [.. List(value, what).Where(v => IsObject(v, $"an item of {what}")).Select(read).OfType<T>()];

        private ImmutableDictionary<string, string> Texts(LocatedJson? value, string what)
        {
            var texts = ImmutableDictionary<string, string>.Empty;
            if (value is null || !IsObject(value, what))
                return texts;

            foreach (var member in value.Members)
            {
                if (source.StringOf(member.Value, $"'{member.Name}' in {what}") is { } text)
                    texts = texts.SetItem(member.Name, text);
            }

            return texts;
        }

        private ImmutableDictionary<string, ImmutableArray<string>> Lists(LocatedJson? value, string what)
        {
            var lists = ImmutableDictionary<string, ImmutableArray<string>>.Empty;
            if (value is null || !IsObject(value, what))
                return lists;

            foreach (var member in value.Members)
                lists = lists.SetItem(member.Name, source.StringsOf(member.Value, $"'{member.Name}' in {what}"));

            return lists;
        }

        private string? Optional(LocatedJson value, string member) =>
            value[member] is { } given ? source.StringOf(given, member) : null;

        private string? Required(LocatedJson value, string member, string what)
        {
            if (value[member] is { } given)
                return source.StringOf(given, member);

            source.Complain(value, $"{what} needs a '{member}'");
            return null;
        }

        private T OneOf<T>(LocatedJson? value, string what, (string Name, T Value)[] choices, T otherwise)
        {
            if (value is null)
                return otherwise;

            foreach (var (name, choice) in choices)
            {
                if (value.Text == name)
                    return choice;
            }

            source.Complain(value, $"{what} must be one of {string.Join(", ", choices.Select(c => c.Name))}");
            return otherwise;
        }

        private bool IsObject(LocatedJson value, string what)
        {
            if (value.Kind == JsonValueKind.Object)
                return true;

            source.Complain(value, $"{what} must be an object, not {value.KindName}");
            return false;
        }
    }
}
