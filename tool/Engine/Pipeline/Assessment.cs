using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.Engine.Pipeline;

/// <summary>
/// One reading of a function and what the rules say of it. The facts are worked out once for all rules, and each rule is
/// asked once. Used by one thread at a time.
/// </summary>
internal sealed class Assessment(FunctionReading reading, Func<Function, Facts> factsOf)
{
    private readonly Dictionary<Rule, IReadOnlyList<Decision>> _decisions = [];
    private Facts? _facts;

    public FunctionReading Reading { get; } = reading;

    public Function Primary => Reading.Primary;

    public Facts Facts => _facts ??= factsOf(Primary);

    public IReadOnlyList<Decision> Of(Rule rule)
    {
        if (!_decisions.TryGetValue(rule, out var decisions))
            _decisions.Add(rule, decisions = [.. rule.Decide(Primary, Facts)]);

        return decisions;
    }

    /// <summary>What the rule would rewrite in another view.</summary>
    public IEnumerable<Decision> In(Function view, Rule rule) => rule.Decide(view, factsOf(view)).Where(d => d.Refusal is null);

    /// <summary>Gives up the facts, which are large; what was decided on them stays.</summary>
    public void DropFacts() => _facts = null;
}
