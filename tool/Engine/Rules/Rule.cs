using System.Collections.Immutable;
using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Rules;

/// <summary>A reason to say no, by name. <see cref="Unblock"/> says what would make a yes of it.</summary>
public sealed record Refusal(string Id, string Reason, string Unblock = "")
{
    public override string ToString() => Id;
}

/// <summary>A rule's name and title; the name is the id without its language.</summary>
public sealed record RuleInfo(string Name, string Title);

/// <summary>What a rule answers for one match: changes, or a refusal.</summary>
public sealed record Decision(Origin At, Refusal? Refusal, ImmutableArray<Change> Changes)
{
    /// <summary>What it is about, wherever it stands.</summary>
    public string Subject => string.Join(' ', Changes.Select(c => $"{c.GetType().Name} {c.Subject}"));

    /// <summary>
    /// It and those of the others without which it makes no sense; null where one of them is missing.
    /// </summary>
    public IReadOnlyList<Decision>? With(IReadOnlyList<Decision> others)
    {
        var unit = new List<Decision> { this };
        for (var i = 0; i < unit.Count; i++)
        {
            foreach (var local in unit[i].Changes.OfType<ScopeLocal>().SelectMany(c => c.Needs))
            {
                if (unit.Any(d => d.Scopes(local)))
                    continue;

                if (others.FirstOrDefault(d => d.Scopes(local)) is not { } needed)
                    return null;

                unit.Add(needed);
            }
        }

        return unit;
    }

    private bool Scopes(Local local) => Changes.OfType<ScopeLocal>().Any(c => c.Local == local);
}

/// <summary>A rewrite rule. It sees one function's graph and facts, and no syntax.</summary>
public abstract class Rule
{
    public abstract RuleInfo Info { get; }

    /// <summary>It stops handling lack of memory: verification may then drop the paths that only that takes.</summary>
    public virtual bool RemovesOutOfMemoryEdges => false;

    /// <summary>Every refusal it can give, for documentation and for the test that each has a fixture.</summary>
    public abstract IReadOnlyList<Refusal> Refusals { get; }

    public abstract IEnumerable<Decision> Decide(Function function, Facts facts);
}

/// <summary>The three steps of a rule: a cheap match on shape, every reason to say no, and a rewrite that cannot fail.</summary>
public abstract class Rule<TSite> : Rule
{
    public sealed override IEnumerable<Decision> Decide(Function function, Facts facts)
    {
        foreach (var site in Match(function, facts))
        {
            var refusal = Refuse(site, facts);
            yield return new Decision(At(site), refusal, refusal is null ? [.. Rewrite(site, facts)] : []);
        }
    }

    /// <summary>The place reported for a site.</summary>
    protected abstract Origin At(TSite site);

    protected abstract IEnumerable<TSite> Match(Function function, Facts facts);

    protected abstract Refusal? Refuse(TSite site, Facts facts);

    protected abstract IEnumerable<Change> Rewrite(TSite site, Facts facts);
}

public enum Severity
{
    Note,
    Warning,
    Error,
}

/// <summary>One step of the path that shows a finding.</summary>
public sealed record PathStep(Origin At, string Message);

/// <summary>A defect, with the path that shows it. <see cref="CuredBy"/> names the rule whose rewrite cures it, if one does.</summary>
public sealed record Finding(string Rule, Severity Severity, Origin At, string Message, ImmutableArray<PathStep> Path)
{
    public string? CuredBy { get; init; }
}

/// <summary>A rule that only finds.</summary>
public abstract class FindingRule
{
    public abstract RuleInfo Info { get; }

    public abstract IEnumerable<Finding> Find(Function function, Facts facts);
}
