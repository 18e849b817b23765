using MigrateCleanup.Engine.Analysis;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.Rules.Jumps;

/// <summary>
/// Where the work behind a label comes to nothing for those who come by one jump: all it releases is still empty, so they
/// could as well return.
/// </summary>
/// <remarks>
/// <code>
/// if (n &lt; 0) goto out;      // buf is still NULL: the release does nothing for this jump
/// buf = read(n);
/// ...
/// out: free(buf); return ret;
/// </code>
/// </remarks>
internal static class PassedLabel
{
    /// <summary>The way from a jump to the exit, if nothing observable happens on it; null otherwise.</summary>
    public static Tail? TailOf(Jump jump, Facts facts)
    {
        var seen = new HashSet<Block>();
        var from = Point.EndOf(jump.From);
        if (LabelExit.WayOf(jump).Count > 0)
            return null;

        for (var block = jump.Label.Block; seen.Add(block);)
        {
            foreach (var @event in block.Events)
            {
                if (@event is EvaluateReturn at)
                    return at.Value is null or Read { Place: Local { IsTemporary: false } } or Constant ? new Tail(at, []) : null;

                if (!IsPassed(@event, from, facts))
                    return null;
            }

            if (block == facts.Graph.Exit)
                return new Tail(null, []);

            if (NextOf(block, from, facts) is not { } next)
                return null;

            block = next;
        }

        return null;
    }

    private static bool IsPassed(Event @event, Point from, Facts facts) => @event switch
    {
        ScopeEnter or ScopeExit => true,

        // The release leaves an empty variable as it was; so does a store of the empty value.
        Call call => facts.Catalogue.EffectsOf(call) is { Count: > 0 } effects && effects.All(e => ReleasesNothing(e, call, from, facts)),
        Store { Target: Local local, Value: Constant value } => Locals.IsPrivate(local) && facts.ValueAt(from, local).Is(value),
        _ => false,
    };

    private static bool ReleasesNothing(Effect effect, Call call, Point from, Facts facts) =>
        effect is { Kind: EffectKind.Release, Subject.IsResult: false, Releaser.IgnoresEmpty: true, Resource: { } resource }
        && effect.Subject.Index < call.Arguments.Length
        && call.Arguments[effect.Subject.Index] is var argument
        && (argument.Local ?? argument.Target as Local) is { } local
        && Locals.IsPrivate(local)
        && facts.ValueAt(from, local).Is(resource.Empty);

    /// <summary>What is known at the jump says where a decision goes, since nothing on the way changes it.</summary>
    private static Block? NextOf(Block block, Point from, Facts facts)
    {
        var next = block.OrdinarySuccessors.ToList();
        if (block.Branch is not { } branch)
            return next is [var only] ? only.To : null;

        if (Access.Reads(branch.Condition).Any(l => !Locals.IsPrivate(l)) || facts.Constants.At(from, branch.Condition).Constant is not { } known)
            return null;

        var kind = known.Value switch
        {
            null or false or 0L => EdgeKind.False,
            _ => EdgeKind.True,
        };
        return next.SingleOrDefault(e => e.Kind == kind)?.To;
    }
}
