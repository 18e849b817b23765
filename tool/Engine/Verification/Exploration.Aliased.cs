namespace MigrateCleanup.Engine.Verification;

/// <summary>Locals whose address is known to others: what those may see in them, and may change.</summary>
internal sealed partial class Exploration
{
    /// <summary>
    /// What others may see in locals must be the same when they look. Releases that may change places with each other look
    /// past what the others have changed.
    /// </summary>
    private bool AgreeOnAliased(ProductState state, string at, bool isRelease = false)
    {
        foreach (var (old, @new) in Aliased)
        {
            if (!(isRelease
                ? AreSame(state, _terms.BeforeReleases(state.Old.Values[old]), _terms.BeforeReleases(state.New.Values[@new]))
                : AreSame(state, state.Old.Values[old], state.New.Values[@new])))
                return Doubt(state, $"{_old.Locals[old].Name} may be seen with another value at {at}");
        }

        return true;
    }

    /// <summary>What others see in locals may be changed. Among releases that change places, what was there before is remembered.</summary>
    private void ForgetAliased(ProductState state, bool isAmongReleases = false)
    {
        foreach (var (old, @new) in Aliased)
        {
            if (state.Old.Values[old] == _terms.Unset && state.New.Values[@new] == _terms.Unset)
                continue;

            var content = state.Fresh(_terms);
            state.Things[content] = new Provenance
            {
                IsOther = true,
                Escaped = Certainty.Perhaps,
                Sources = SymbolsOf(state.Old.Values[old]),
            };
            state.Old.Values[old] = state.New.Values[@new] = isAmongReleases ? _terms.BehindRelease(state.Old.Values[old], content) : content;
        }

        // A local that only one of them shares with others has no counterpart to agree with.
        foreach (var slot in _aliasedAlone ??= [.. AliasedIn(_old).Except(Aliased.Select(p => p.Old))])
            state.Old.Values[slot] = state.Fresh(_terms);

        foreach (var slot in _newAliasedAlone ??= [.. AliasedIn(_new).Except(Aliased.Select(p => p.New))])
            state.New.Values[slot] = state.Fresh(_terms);
    }

    private int[]? _aliasedAlone;
    private int[]? _newAliasedAlone;

    private static IEnumerable<int> AliasedIn(Body body) =>
        Enumerable.Range(0, body.Locals.Count).Where(i => body.StorageOf(i) == Storage.Aliased);

    private IReadOnlyList<(int Old, int New)> Aliased => _aliased ??= PairAliased();

    private IReadOnlyList<(int Old, int New)>? _aliased;

    private List<(int Old, int New)> PairAliased()
    {
        var pairs = new List<(int, int)>();
        for (var i = 0; i < _old.Locals.Count; i++)
        {
            if (_old.StorageOf(i) != Storage.Aliased)
                continue;

            for (var j = 0; j < _new.Locals.Count; j++)
            {
                if (_new.StorageOf(j) == Storage.Aliased && _new.KeyOf(j) == _old.KeyOf(i))
                    pairs.Add((i, j));
            }
        }

        return pairs;
    }
}
