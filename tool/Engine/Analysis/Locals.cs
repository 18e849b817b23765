using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>The locals of a function.</summary>
public static class Locals
{
    /// <summary>Those it declares and those its graph names, the declared ones first, each once.</summary>
    public static ImmutableArray<Local> Of(Function function)
    {
        var locals = new List<Local>(function.Locals);
        foreach (var block in function.Graph.Blocks)
        {
            foreach (var @event in block.Events)
            {
                locals.AddRange(Access.Reads(@event));
                locals.AddRange(Access.Writes(@event).Select(w => w.Local));
            }

            if (block.Branch is { } branch)
                locals.AddRange(Access.Reads(branch.Condition));
        }

        return [.. locals.Distinct()];
    }

    /// <summary>Whether nobody but the function itself can see the local's value, at any time.</summary>
    public static bool IsPrivate(Local local) =>
        !local.IsAliased && !local.IsStatic
        && local.Kind is LocalKind.Variable or LocalKind.Parameter or LocalKind.Temporary;

    /// <summary>Whether a store to the place stays inside the function: a private local, or a part of one.</summary>
    public static bool IsPrivate(Place place) => place.Root is { } root && IsPrivate(root);
}
