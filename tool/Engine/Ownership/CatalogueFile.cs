using System.Collections.Immutable;
using System.Text.Json;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>What one source states about calls. <see cref="Language"/> is null where it holds for every language.</summary>
public sealed record CatalogueFacts(string? Language)
{
    /// <summary>
    /// It speaks of codebases written in one of these styles only: its names are common words elsewhere. Empty for all.
    /// </summary>
    public ImmutableArray<string> Styles { get; init; } = [];

    public ImmutableArray<Resource> Resources { get; init; } = [];

    /// <summary>Calls that take over the ownership of an operand.</summary>
    public ImmutableArray<(string Callee, Operand Subject)> Consumers { get; init; } = [];

    /// <summary>Of the consumers, those that have what they are given whatever comes of the call, and release it.</summary>
    public ImmutableArray<(string Callee, Operand Subject)> ConsumersForGood { get; init; } = [];

    /// <summary>Calls that only look at an operand, and keep nothing of it.</summary>
    public ImmutableArray<(string Callee, Operand Subject)> Borrowers { get; init; } = [];

    /// <summary>Calls without an effect beyond their operands, which throw nothing.</summary>
    public ImmutableArray<string> Harmless { get; init; } = [];

    /// <summary>Calls that throw only where the program is wrong, or the machine at its end.</summary>
    public ImmutableArray<string> ThrowingOnMisuse { get; init; } = [];

    /// <summary>Calls before which their receiver holds nothing: what throws up to then leaks nothing.</summary>
    public ImmutableArray<string> Opening { get; init; } = [];

    /// <summary>Calls that are given a function to see it throw, and attributes that say so of one.</summary>
    public ImmutableArray<string> ExpectingException { get; init; } = [];

    /// <summary>Calls whose result holds what their first argument holds: who has taken the one over has taken both.</summary>
    public ImmutableArray<string> Parts { get; init; } = [];

    /// <summary>Calls whose result is the caller's to release, by whichever releaser fits it.</summary>
    public ImmutableArray<string> HandingOut { get; init; } = [];

    /// <summary>Words of a callee's name that say it hands out what it has made.</summary>
    public ImmutableArray<string> Producing { get; init; } = [];

    /// <summary>Words of a callee's name that say it shows what is there already, and outweigh the others.</summary>
    public ImmutableArray<string> Showing { get; init; } = [];

    /// <summary>Calls that show what is there already: what they give back, or put out, stays somebody else's.</summary>
    public ImmutableArray<string> Shows { get; init; } = [];

    /// <summary>Calls whose result is the argument named.</summary>
    public ImmutableArray<(string Callee, Operand Subject)> GivingBack { get; init; } = [];

    /// <summary>Calls behind which their first argument holds.</summary>
    public ImmutableArray<string> Asserting { get; init; } = [];

    /// <summary>How styles scope the resources of which no catalogue says it.</summary>
    public ImmutableDictionary<string, string> Scoped { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Calls that say of a value whether it stands for a failure.</summary>
    public ImmutableArray<string> TellingFailure { get; init; } = [];

    /// <summary>Calls that tell the time.</summary>
    public ImmutableArray<string> ReadingClock { get; init; } = [];

    /// <summary>Types of what calls put out where they failed.</summary>
    public ImmutableArray<string> ErrorTypes { get; init; } = [];

    /// <summary>Names of numbers.</summary>
    public ImmutableArray<(string Name, long Value)> Constants { get; init; } = [];

    /// <summary>Words of a callee's name that say it leads from a part to the whole around it.</summary>
    public ImmutableArray<string> Surrounding { get; init; } = [];

    /// <summary>Words of a name that say it takes over what it is given.</summary>
    public ImmutableArray<string> Taking { get; init; } = [];

    /// <summary>Calls that throw, whatever they are given.</summary>
    public ImmutableArray<string> AlwaysThrowing { get; init; } = [];

    /// <summary>Words that begin the name of a function that throws.</summary>
    public ImmutableArray<string> Throwing { get; init; } = [];

    /// <summary>Words of such a name that say it asks first.</summary>
    public ImmutableArray<string> Asking { get; init; } = [];

    /// <summary>Calls that keep the addresses they are given (<c>open_memstream</c>).</summary>
    public ImmutableArray<string> Keeps { get; init; } = [];

    /// <summary>Calls that end the program, or go on elsewhere.</summary>
    public ImmutableArray<string> NeverReturns { get; init; } = [];

    /// <summary>Types of exceptions that say that there is no memory.</summary>
    public ImmutableArray<string> OutOfMemory { get; init; } = [];

    /// <summary>Calls whose results are released without an exception.</summary>
    public ImmutableArray<string> Quiet { get; init; } = [];

    /// <summary>Properties that tell that a value is not the empty one.</summary>
    public ImmutableArray<string> TellingPresence { get; init; } = [];

    /// <summary>All types of exceptions of which those are special ones.</summary>
    public ImmutableArray<string> OutOfMemoryBases { get; init; } = [];

    /// <summary>Calls that report other failures as lack of memory too.</summary>
    public ImmutableArray<string> MisreportsMemory { get; init; } = [];
}

/// <summary>
/// Reads catalogues: what is known of calls, written as JSON (<c>rules/schemas/catalogue.schema.json</c>). The
/// shipped ones and the <c>pairs</c> of a user's configuration have one format. A mistake is a value with line and
/// column, and the entry it stands in is left out; an unknown key is a mistake.
/// </summary>
public static class CatalogueFile
{
    /// <summary>Reads a whole file.</summary>
    public static (CatalogueFacts Facts, ImmutableArray<TextProblem> Problems) Read(string name, string text)
    {
        var source = JsonSource.Parse(name, text);
        var facts = source.Root is null ? new CatalogueFacts((string?)null) : Read(source, source.Root);
        return (facts, source.Problems);
    }

    /// <summary>Reads a catalogue inside another text; complaints go to that source.</summary>
    public static CatalogueFacts Read(JsonSource source, LocatedJson value) => new Reader(source).Catalogue(value);

    /// <summary>Reads <c>pairs</c>: a catalogue, or a list of resources and catalogues.</summary>
    public static ImmutableArray<CatalogueFacts> ReadPairs(JsonSource source, LocatedJson value)
    {
        if (value.Kind != JsonValueKind.Array)
            return [Read(source, value)];

        var reader = new Reader(source);
        return [.. value.Items.Select(reader.Pair).OfType<CatalogueFacts>()];
    }

    private sealed class Reader(JsonSource source)
    {
        private const string Every = "every";

        private const int MostArguments = 16;

        private static readonly (string Name, ResourceKind Kind)[] Kinds =
        [
            ("memory", ResourceKind.Memory), ("handle", ResourceKind.Handle), ("reference", ResourceKind.Reference),
            ("lock", ResourceKind.Lock), ("pin", ResourceKind.Pin), ("rental", ResourceKind.Rental),
        ];

        private static readonly (string Name, FailureMode Mode)[] Failures =
        [
            ("unknown", FailureMode.Unknown), ("empty", FailureMode.Empty), ("throws", FailureMode.Throws),
            ("aborts", FailureMode.Aborts),
        ];

        public CatalogueFacts Catalogue(LocatedJson value)
        {
            if (!IsObject(value, "a catalogue"))
                return new CatalogueFacts((string?)null);

            source.CheckMembers(
                value, "a catalogue", "$schema", "language", "styles", "resources", "scoped", "consume", "borrow", "harmless", "throws", "throwsOnMisuse", "opens", "expectsException", "keeps", "shows", "givesBack", "parts",
                "asserts", "readsClock", "tellsFailure", "errorTypes", "constants",
                "neverReturns", "outOfMemory", "outOfMemoryBases", "quiet", "tellsPresence", "misreportsMemory");
            return new CatalogueFacts(Language(value["language"]))
            {
                Styles = source.StringsOf(value["styles"], "styles"),
                Resources = [.. List(value["resources"], "resources").Select(Resource).OfType<Resource>()],
                Scoped = Scoped(value["scoped"]),
                Consumers = [.. List(value["consume"], "consume").SelectMany(Consumptions)],
                ConsumersForGood = [.. List(value["consume"], "consume").Where(e => source.BooleanOf(e["forGood"], "forGood")).SelectMany(Consumptions)],
                Borrowers = [.. List(value["borrow"], "borrow").SelectMany(Entries)],
                Harmless = source.StringsOf(value["harmless"], "harmless"),
                AlwaysThrowing = source.StringsOf(value["throws"], "throws"),
                ThrowingOnMisuse = source.StringsOf(value["throwsOnMisuse"], "throwsOnMisuse"),
                Opening = source.StringsOf(value["opens"], "opens"),
                ExpectingException = source.StringsOf(value["expectsException"], "expectsException"),
                Parts = source.StringsOf(value["parts"], "parts"),
                Keeps = source.StringsOf(value["keeps"], "keeps"),
                Shows = source.StringsOf(value["shows"], "shows"),
                GivingBack = [.. List(value["givesBack"], "givesBack").SelectMany(Entries)],
                Asserting = source.StringsOf(value["asserts"], "asserts"),
                ReadingClock = source.StringsOf(value["readsClock"], "readsClock"),
                TellingFailure = source.StringsOf(value["tellsFailure"], "tellsFailure"),
                ErrorTypes = source.StringsOf(value["errorTypes"], "errorTypes"),
                Constants = [.. Constants(value["constants"])],
                NeverReturns = source.StringsOf(value["neverReturns"], "neverReturns"),
                OutOfMemory = source.StringsOf(value["outOfMemory"], "outOfMemory"),
                Quiet = source.StringsOf(value["quiet"], "quiet"),
                TellingPresence = source.StringsOf(value["tellsPresence"], "tellsPresence"),
                OutOfMemoryBases = source.StringsOf(value["outOfMemoryBases"], "outOfMemoryBases"),
                MisreportsMemory = source.StringsOf(value["misreportsMemory"], "misreportsMemory"),
            };
        }

        public CatalogueFacts? Pair(LocatedJson value)
        {
            if (!IsObject(value, "an item of pairs"))
                return null;

            if (value["acquire"] is null && value["release"] is null)
                return Catalogue(value);

            return Resource(value) is { } resource ? new CatalogueFacts((string?)null) { Resources = [resource] } : null;
        }

        private Resource? Resource(LocatedJson value)
        {
            if (!IsObject(value, "a resource"))
                return null;

            source.CheckMembers(
                value, "a resource", "name", "kind", "raw", "empty", "optional", "acquire", "release", "scoped");
            var kind = OneOf(value["kind"], "kind", Kinds, ResourceKind.Handle);
            var optional = source.BooleanOf(value["optional"], "optional");
            var releasers = List(value["release"], "release").SelectMany(Releasers).ToImmutableArray();
            var acquirers = List(value["acquire"], "acquire").SelectMany(v => Acquirers(v, kind, optional)).ToImmutableArray();
            var name = value["name"] is { } given ? source.StringOf(given, "name") : releasers.FirstOrDefault()?.Callee;
            if (name is null)
            {
                source.Complain(value, "a resource needs a name or a release");
                return null;
            }

            return new Resource
            {
                Name = name,
                Kind = kind,
                IsRaw = source.BooleanOf(value["raw"], "raw"),
                Empty = Empty(value["empty"]),
                Acquirers = acquirers,
                Releasers = releasers,
                Scoped = Scoped(value["scoped"]),
            };
        }

        private IEnumerable<Acquirer> Acquirers(LocatedJson value, ResourceKind kind, bool optional)
        {
            // A lock is named by what is locked; everything else is handed out.
            var usual = kind == ResourceKind.Lock ? new Operand(0) : Operand.Result;
            if (value.Kind == JsonValueKind.Object)
            {
                source.CheckMembers(
                    value, "an acquire", "call", "subject", "onFailure", "consumes", "leavesOpen", "arguments",
                    "static", "optional", "holdsGiven", "counts", "emptyFor", "standsFor", "handsBackFor", "elementType", "when");
            }

            foreach (var callee in Callees(value))
            {
                yield return new Acquirer(
                    callee,
                    Subject(value["subject"], usual),
                    OneOf(value["onFailure"], "onFailure", Failures, FailureMode.Unknown))
                {
                    Consumes = [.. List(value["consumes"], "consumes").Select(i => Index(i, "consumes")).OfType<int>()],
                    LeavesOpen = Index(value["leavesOpen"], "leavesOpen"),
                    ArgumentCount = Index(value["arguments"], "arguments"),
                    EmptyFor = [.. List(value["emptyFor"], "emptyFor").Select(i => Index(i, "emptyFor")).OfType<int>()],
                    StandsFor = source.StringsOf(value["standsFor"], "standsFor"),
                    ElementType = Index(value["elementType"], "elementType"),
                    HandsBackFor = source.StringsOf(value["handsBackFor"], "handsBackFor"),
                    When = Condition(value["when"]),
                    IsStatic = source.BooleanOf(value["static"], "static"),
                    ReleaseIsOptional = source.BooleanOf(value["optional"], "optional", optional),
                    Counts = source.BooleanOf(value["counts"], "counts"),
                    HoldsGiven = source.BooleanOf(value["holdsGiven"], "holdsGiven"),
                };
            }
        }

        private IEnumerable<Releaser> Releasers(LocatedJson value)
        {
            if (value.Kind == JsonValueKind.Object)
            {
                source.CheckMembers(
                    value, "a release", "call", "subject", "ignoresEmpty", "failsOnEmpty", "clears", "silent", "idempotent", "arguments",
                    "leavesUsable", "givesEmpty", "byHandOnly", "mayLeaveSome", "alone", "standsFor", "when");
            }

            foreach (var callee in Callees(value))
            {
                yield return new Releaser(callee, Subject(value["subject"], new Operand(0)))
                {
                    IgnoresEmpty = source.BooleanOf(value["ignoresEmpty"], "ignoresEmpty"),
                    FailsOnEmpty = source.BooleanOf(value["failsOnEmpty"], "failsOnEmpty"),
                    Clears = source.BooleanOf(value["clears"], "clears"),
                    IsSilent = source.BooleanOf(value["silent"], "silent"),
                    IsIdempotent = source.BooleanOf(value["idempotent"], "idempotent"),
                    ArgumentCount = Index(value["arguments"], "arguments"),
                    StandsFor = source.StringsOf(value["standsFor"], "standsFor"),
                    When = Condition(value["when"]),
                    LeavesUsable = source.BooleanOf(value["leavesUsable"], "leavesUsable"),
                    GivesEmpty = source.BooleanOf(value["givesEmpty"], "givesEmpty"),
                    IsByHandOnly = source.BooleanOf(value["byHandOnly"], "byHandOnly"),
                    MayLeaveSome = source.BooleanOf(value["mayLeaveSome"], "mayLeaveSome"),
                    IsAlone = source.BooleanOf(value["alone"], "alone"),
                };
            }
        }

        private IEnumerable<(string Callee, Operand Subject)> Consumptions(LocatedJson value) => Entries(value, "call", "subject", "forGood");

        private IEnumerable<(string Callee, Operand Subject)> Entries(LocatedJson value) => Entries(value, "call", "subject");

        private IEnumerable<(string Callee, Operand Subject)> Entries(LocatedJson value, params string[] members)
        {
            if (value.Kind == JsonValueKind.Object)
                source.CheckMembers(value, "an entry", members);

            // Of a call that only looks at whatever it is given, each argument is one.
            ImmutableArray<Operand> subjects = value["subject"]?.Text == Every
                ? [.. Enumerable.Range(0, MostArguments).Select(i => new Operand(i))]
                : [Subject(value["subject"], new Operand(0))];
            foreach (var callee in Callees(value))
            {
                foreach (var subject in subjects)
                    yield return (callee, subject);
            }
        }

        private ArgumentCondition? Condition(LocatedJson? value)
        {
            if (value is null || !IsObject(value, "when"))
                return null;

            source.CheckMembers(value, "when", "argument", "is", "equals");
            if (Index(value["argument"], "argument") is { } of && value["equals"] is { Integer: { } number })
                return new ArgumentCondition(of, true) { Equal = number };

            if (Index(value["argument"], "argument") is { } index && value["is"] is { } wanted)
                return new ArgumentCondition(index, source.BooleanOf(wanted, "is"));

            source.Complain(value, "'when' needs an 'argument', and what it 'is' or 'equals'");
            return null;
        }

        /// <summary>The calls an entry speaks of: it is a name, or an object whose <c>call</c> is a name or a list of names.</summary>
        private ImmutableArray<string> Callees(LocatedJson value)
        {
            if (value.Kind == JsonValueKind.String)
                return source.StringOf(value, "a call") is { } shorthand ? [shorthand] : [];

            if (!IsObject(value, "an entry"))
                return [];

            if (value["call"] is not { } call)
            {
                source.Complain(value, "'call' is missing");
                return [];
            }

            if (call.Kind == JsonValueKind.Array)
                return source.StringsOf(call, "call");

            return source.StringOf(call, "call") is { } name ? [name] : [];
        }

        private Operand Subject(LocatedJson? value, Operand otherwise)
        {
            if (value is null)
                return otherwise;

            if (value.Text == "result")
                return Operand.Result;

            if (value.Integer is >= 0 and <= 255)
                return new Operand((int)value.Integer);

            source.Complain(value, "subject must be \"result\" or the number of an argument, from 0, the receiver first");
            return otherwise;
        }

        private int? Index(LocatedJson? value, string what)
        {
            if (value is null)
                return null;

            if (value.Integer is >= 0 and <= 255)
                return (int)value.Integer;

            source.Complain(value, $"{what} must hold numbers from 0");
            return null;
        }

        private IEnumerable<(string Name, long Value)> Constants(LocatedJson? value)
        {
            if (value is null || !IsObject(value, "constants"))
                yield break;

            foreach (var member in value.Members)
            {
                if (member.Value.Integer is { } number)
                    yield return (member.Name, number);
                else
                    source.Complain(member.Value, $"the value of '{member.Name}' must be a whole number, not {member.Value.KindName}");
            }
        }

        private Constant Empty(LocatedJson? value)
        {
            if (value is null || value.Kind == JsonValueKind.Null)
                return Constant.Null;

            if (value.Integer is { } integer)
                return new Constant(integer);

            source.Complain(value, $"empty must be null or a whole number, not {value.KindName}");
            return Constant.Null;
        }

        private ImmutableDictionary<string, string> Scoped(LocatedJson? value)
        {
            var scoped = ImmutableDictionary<string, string>.Empty;
            if (value is null || !IsObject(value, "scoped"))
                return scoped;

            foreach (var member in value.Members)
            {
                if (source.StringOf(member.Value, $"the form of style '{member.Name}'") is { } form)
                    scoped = scoped.SetItem(member.Name, form);
            }

            return scoped;
        }

        private string? Language(LocatedJson? value)
        {
            if (value is null)
                return null;

            if (value.Text is "c" or "cs")
                return value.Text;

            source.Complain(value, "language must be \"c\" or \"cs\"");
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

        private ImmutableArray<LocatedJson> List(LocatedJson? value, string what)
        {
            if (value is null)
                return [];

            if (value.Kind == JsonValueKind.Array)
                return value.Items;

            source.Complain(value, $"{what} must be a list, not {value.KindName}");
            return [];
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
