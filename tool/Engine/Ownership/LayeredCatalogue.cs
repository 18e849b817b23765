using System.Collections.Frozen;
using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Ownership;

/// <summary>
/// Facts of several sources laid over each other. For each name the first source that knows it decides; for a callee
/// the first of its names that any source knows, so a statement about a type's own <c>Dispose</c> beats one about
/// <c>IDisposable.Dispose</c>. Resources of one name are one resource; a releaser that several resources share
/// releases each of them.
/// </summary>
public sealed class LayeredCatalogue : Catalogue
{
    private const string Constructor = "..ctor";

    private readonly ImmutableArray<Resource> _resources;
    private readonly FrozenDictionary<string, Effect[]> _effects;
    private readonly FrozenDictionary<string, Effect[]> _inheritedByConstructors;
    private readonly FrozenSet<string> _harmless;
    private readonly FrozenSet<string> _throwingOnMisuse;
    private readonly FrozenSet<string> _opening;
    private readonly FrozenSet<string> _expectingException;
    private readonly FrozenSet<string> _parts;
    private readonly FrozenSet<string> _keeping;
    private readonly FrozenSet<string> _neverReturns;
    private readonly FrozenSet<string> _outOfMemory;
    private readonly FrozenSet<string> _outOfMemoryBases;
    private readonly FrozenSet<string> _quiet;
    private readonly FrozenSet<string> _tellingPresence;
    private readonly FrozenSet<string> _misreportsMemory;

    private readonly FrozenSet<string> _handingOut;
    private readonly FrozenSet<string> _producing;
    private readonly FrozenSet<string> _showing;
    private readonly FrozenSet<string> _shows;
    private readonly FrozenSet<string> _surrounding;
    private readonly FrozenSet<string> _taking;
    private readonly FrozenSet<string> _alwaysThrowing;
    private readonly FrozenSet<string> _throwing;
    private readonly FrozenSet<string> _asking;
    private readonly FrozenDictionary<string, int> _givingBack;
    private readonly FrozenSet<string> _asserting;
    private readonly FrozenSet<string> _readingClock;
    private readonly FrozenSet<string> _tellingFailure;
    private readonly FrozenSet<string> _errorTypes;
    private readonly FrozenDictionary<string, long> _constants;

    /// <param name="sources">The strongest first: the user's, then the shipped ones.</param>
    public LayeredCatalogue(IEnumerable<CatalogueFacts> sources)
    {
        var facts = sources.ToImmutableArray();
        var resources = Merged(facts);
        _resources = [.. resources.Values];

        var effects = new Dictionary<string, List<Effect>>(StringComparer.Ordinal);
        foreach (var source in facts)
            AddLayer(effects, Effects(source, resources));

        _effects = effects.ToFrozenDictionary(e => e.Key, e => e.Value.ToArray(), StringComparer.Ordinal);

        // Arguments of a derived type's constructor are its own: only what is said of the result is inherited.
        _inheritedByConstructors = _effects
            .Where(e => e.Key.EndsWith(Constructor, StringComparison.Ordinal))
            .ToFrozenDictionary(e => e.Key, e => Inherited(e.Value), StringComparer.Ordinal);

        _harmless = facts.SelectMany(f => f.Harmless).ToFrozenSet(StringComparer.Ordinal);
        _throwingOnMisuse = facts.SelectMany(f => f.ThrowingOnMisuse).ToFrozenSet(StringComparer.Ordinal);
        _opening = facts.SelectMany(f => f.Opening).ToFrozenSet(StringComparer.Ordinal);
        _expectingException = facts.SelectMany(f => f.ExpectingException).ToFrozenSet(StringComparer.Ordinal);
        _parts = facts.SelectMany(f => f.Parts).ToFrozenSet(StringComparer.Ordinal);
        _handingOut = facts.SelectMany(f => f.HandingOut).ToFrozenSet(StringComparer.Ordinal);
        _producing = facts.SelectMany(f => f.Producing).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _showing = facts.SelectMany(f => f.Showing).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _shows = facts.SelectMany(f => f.Shows).ToFrozenSet(StringComparer.Ordinal);
        _surrounding = facts.SelectMany(f => f.Surrounding).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _taking = facts.SelectMany(f => f.Taking).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _alwaysThrowing = facts.SelectMany(f => f.AlwaysThrowing).ToFrozenSet(StringComparer.Ordinal);
        _throwing = facts.SelectMany(f => f.Throwing).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _asking = facts.SelectMany(f => f.Asking).ToFrozenSet(StringComparer.OrdinalIgnoreCase);
        _givingBack = facts.SelectMany(f => f.GivingBack).DistinctBy(g => g.Callee)
            .ToFrozenDictionary(g => g.Callee, g => g.Subject.Index, StringComparer.Ordinal);
        _asserting = facts.SelectMany(f => f.Asserting).ToFrozenSet(StringComparer.Ordinal);
        _readingClock = facts.SelectMany(f => f.ReadingClock).ToFrozenSet(StringComparer.Ordinal);
        _tellingFailure = facts.SelectMany(f => f.TellingFailure).ToFrozenSet(StringComparer.Ordinal);
        _errorTypes = facts.SelectMany(f => f.ErrorTypes).ToFrozenSet(StringComparer.Ordinal);
        _constants = facts.SelectMany(f => f.Constants).DistinctBy(c => c.Name)
            .ToFrozenDictionary(c => c.Name, c => c.Value, StringComparer.Ordinal);
        _keeping = facts.SelectMany(f => f.Keeps).ToFrozenSet(StringComparer.Ordinal);
        _neverReturns = facts.SelectMany(f => f.NeverReturns).ToFrozenSet(StringComparer.Ordinal);
        _tellingPresence = facts.SelectMany(f => f.TellingPresence).ToFrozenSet(StringComparer.Ordinal);
        _quiet = facts.SelectMany(f => f.Quiet).ToFrozenSet(StringComparer.Ordinal);
        _outOfMemoryBases = facts.SelectMany(f => f.OutOfMemoryBases).ToFrozenSet(StringComparer.Ordinal);
        _outOfMemory = facts.SelectMany(f => f.OutOfMemory).ToFrozenSet(StringComparer.Ordinal);
        _misreportsMemory = facts.SelectMany(f => f.MisreportsMemory).ToFrozenSet(StringComparer.Ordinal);
    }

    public override IReadOnlyList<Resource> Resources => _resources;

    public override IReadOnlyList<Effect> EffectsOf(Callee callee)
    {
        if (_effects.TryGetValue(callee.Name, out var own))
            return own;

        if (callee.Also.IsDefaultOrEmpty)
            return [];

        foreach (var name in callee.Also)
        {
            var table = name.EndsWith(Constructor, StringComparison.Ordinal) ? _inheritedByConstructors : _effects;
            if (table.TryGetValue(name, out var effects))
                return effects;
        }

        return [];
    }

    public override bool HandsOut(Callee callee, Operand subject)
    {
        if (EffectsOf(callee).Any(e => e.Kind == EffectKind.Acquire) || callee.Name.EndsWith(Constructor, StringComparison.Ordinal))
            return true;

        if (_shows.Contains(callee.Name))
            return false;

        if (subject.IsResult && _handingOut.Contains(callee.Name))
            return true;

        var words = WordsOf(callee);
        return !words.Exists(_showing.Contains) && (!subject.IsResult || words.Exists(_producing.Contains));
    }

    public override bool LeadsAround(Callee callee) =>
        _surrounding.Count > 0 && WordsOf(callee) is var words && !words.Exists(_producing.Contains)
        && (words.Exists(_surrounding.Contains) || (words.Count > 1 && _surrounding.Contains(words[0] + "_")));

    public override bool TakesOver(Callee callee) => WordsOf(callee).Exists(_taking.Contains);

    public override int? GivesBack(Callee callee) => _givingBack.TryGetValue(callee.Name, out var index) ? index : null;

    public override bool Asserts(Callee callee) => _asserting.Contains(callee.Name);

    public override bool ReadsClock(Callee callee) => _readingClock.Contains(callee.Name);

    public override bool TellsFailure(string callee) => _tellingFailure.Contains(callee);

    public override bool IsError(string type) => _errorTypes.Contains(type);

    public override long? ValueOf(string name) => _constants.TryGetValue(name, out var value) ? value : null;

    /// <summary>Asks for the callee's own name only: what overrides a harmless member need not be harmless.</summary>
    public override bool IsHarmless(Callee callee) => callee.OnlyFillsNew || _harmless.Contains(callee.Name);

    /// <summary>A derived type's constructor counts as its base's: <c>: Exception</c>.</summary>
    public override bool ThrowsOnMisuse(Callee callee) =>
        _throwingOnMisuse.Contains(callee.Name) || (callee.Constructs is not null && callee.Names.Any(_throwingOnMisuse.Contains));

    public override bool IsSaidToThrow(Callee callee) => _alwaysThrowing.Contains(callee.Name)
        || WordsOf(callee) is [var first, ..] words && _throwing.Contains(first) && !words.Exists(_asking.Contains);

    public override bool Opens(Callee callee) => callee.Names.Any(_opening.Contains);

    public override bool ExpectsException(Callee callee) => callee.Names.Any(_expectingException.Contains);

    public override bool GivesPart(Callee callee) => callee.Names.Any(_parts.Contains);

    public override bool KeepsAddresses(Callee callee) => _keeping.Contains(callee.Name);

    public override bool NeverReturns(Callee callee) => _neverReturns.Contains(callee.Name);

    public override bool HandsOutQuiet(Callee callee) => _quiet.Contains(callee.Name);

    public override bool TellsPresence(Callee callee) => _tellingPresence.Contains(callee.Name);

    public override bool IsOutOfMemory(string type) => _outOfMemory.Contains(type);

    public override bool TakesOutOfMemory(string type) =>
        _outOfMemoryBases.Count == 0 || _outOfMemoryBases.Contains(type) || IsOutOfMemory(type);

    public override bool MisreportsMemory(Callee callee) => callee.Names.Any(_misreportsMemory.Contains);

    /// <summary>A name in parts: <c>widget_new</c>, <c>virDomainNew</c>.</summary>
    private static List<string> WordsOf(Callee callee)
    {
        var name = callee.Name[(callee.Name.LastIndexOf('.') + 1)..];
        var words = new List<string>();
        var start = 0;
        for (var i = 1; i <= name.Length; i++)
        {
            if (i < name.Length && name[i] != '_' && name[i - 1] != '_' && !(char.IsAsciiLetterUpper(name[i]) && char.IsAsciiLetterLower(name[i - 1])))
                continue;

            words.Add(name[start..i].Trim('_'));
            start = i;
        }

        return words;
    }

    private static Dictionary<string, Resource> Merged(ImmutableArray<CatalogueFacts> sources)
    {
        var merged = new Dictionary<string, Resource>(StringComparer.Ordinal);
        foreach (var resource in sources.SelectMany(s => s.Resources))
        {
            merged[resource.Name] = merged.TryGetValue(resource.Name, out var stronger)
                ? stronger with
                {
                    Acquirers = [.. stronger.Acquirers, .. resource.Acquirers],
                    Releasers = [.. stronger.Releasers, .. resource.Releasers],
                    Scoped = resource.Scoped.SetItems(stronger.Scoped),
                    IsRaw = stronger.IsRaw || resource.IsRaw,
                }
                : resource;
        }

        foreach (var (style, form) in sources.SelectMany(s => s.Scoped))
        {
            foreach (var resource in merged.Values.Where(r => !r.Scoped.ContainsKey(style)).ToList())
                merged[resource.Name] = resource with { Scoped = resource.Scoped.Add(style, form) };
        }

        return merged;
    }

    private static Dictionary<string, List<Effect>> Effects(CatalogueFacts source, Dictionary<string, Resource> resources)
    {
        var effects = new Dictionary<string, List<Effect>>(StringComparer.Ordinal);
        foreach (var stated in source.Resources)
        {
            var resource = resources[stated.Name];
            foreach (var a in stated.Acquirers)
                Add(a.Callee, new Effect(EffectKind.Acquire, a.Subject, resource, Acquirer: a));

            foreach (var r in stated.Releasers)
                Add(r.Callee, new Effect(r.MayLeaveSome ? EffectKind.Close : EffectKind.Release, r.Subject, resource, Releaser: r));
        }

        foreach (var consumer in source.Consumers)
            Add(consumer.Callee, new Effect(EffectKind.Consume, consumer.Subject, null) { IsForGood = source.ConsumersForGood.Contains(consumer) });

        foreach (var (callee, subject) in source.Borrowers)
            Add(callee, new Effect(EffectKind.Borrow, subject, null));

        return effects;

        void Add(string callee, Effect effect)
        {
            if (!effects.TryGetValue(callee, out var list))
                effects.Add(callee, list = []);

            list.Add(effect);
        }
    }

    private static void AddLayer(Dictionary<string, List<Effect>> effects, Dictionary<string, List<Effect>> layer)
    {
        foreach (var (name, added) in layer)
        {
            if (!effects.TryGetValue(name, out var stronger))
            {
                effects.Add(name, added);
                continue;
            }

            // A user's pair with a releaser of the shipped catalogue adds a resource; it takes none away.
            if (stronger.All(e => e.Kind == EffectKind.Release))
                stronger.AddRange(added.Where(a =>
                    a.Kind == EffectKind.Release && stronger.All(s => s.Resource!.Name != a.Resource!.Name)));
        }
    }

    private static Effect[] Inherited(Effect[] effects) =>
    [
        .. from effect in effects
           where effect.Subject.IsResult
           select effect.Acquirer is { } acquirer
               ? effect with { Acquirer = acquirer with { Consumes = [], LeavesOpen = null, ArgumentCount = null } }
               : effect,
    ];
}
