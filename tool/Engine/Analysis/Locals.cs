using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.Engine.Analysis;

/// <summary>The locals of a function.</summary>
public static class Locals
{
    /// <summary>Those it declares and those its graph names, the declared ones first, each once.</summary>
    public static ImmutableArray<Local> Of(Function function)
    {
        if (!function.NamedLocals.IsDefault)
            return function.NamedLocals;

        var locals = ImmutableArray.CreateBuilder<Local>();
        var seen = new HashSet<Local>();
        Add(function.Locals);
        foreach (var block in function.Graph.Blocks)
        {
            foreach (var @event in block.Events)
            {
                Add(Access.Reads(@event));
                foreach (var write in Access.Writes(@event))
                {
                    if (seen.Add(write.Local))
                        locals.Add(write.Local);
                }
            }

            if (block.Branch is { } branch)
                Add([.. Access.Reads(branch.Condition)]);
        }

        return function.NamedLocals = locals.ToImmutable();

        void Add(ImmutableArray<Local> some)
        {
            foreach (var local in some)
            {
                if (seen.Add(local))
                    locals.Add(local);
            }
        }
    }

    /// <summary>Whether nobody but the function itself can see the local's value, at any time.</summary>
    public static bool IsPrivate(Local local) =>
        !local.IsAliased && !local.IsStatic
        && local.Kind is LocalKind.Variable or LocalKind.Parameter or LocalKind.Temporary;

    /// <summary>Whether a store to the place stays inside the function: a private local, or a part of one.</summary>
    public static bool IsPrivate(Place place) => place.Root is { } root && IsPrivate(root);
}
