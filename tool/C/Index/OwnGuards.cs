using System.Collections.Immutable;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Index;

/// <summary>
/// Functions of the codebase that make a guard of the style for a lock inside of what they are given, with those that
/// leave that lock by hand. Callers may have made no use of the guard.
/// <code>
/// virLockGuard driverLock(Driver *d) { return virLockGuardLock(&amp;d-&gt;lock); }
/// void driverUnlock(Driver *d) { virMutexUnlock(&amp;d-&gt;lock); }
/// </code>
/// </summary>
internal static class OwnGuards
{
    /// <summary>The style with a form for each of them.</summary>
    public static Style AddedTo(Style style, ProjectIndex index) => style with { Locks = [.. style.Locks, .. Forms(style, index)] };

    /// <summary>What they acquire and release, as a catalogue.</summary>
    public static CatalogueFacts Facts(Style? style, ProjectIndex index) => new("c")
    {
        Resources =
        [
            .. from form in style is null ? [] : Forms(style, index)
               select new Resource
               {
                   Name = form.Name,
                   Kind = ResourceKind.Lock,
                   Acquirers = [.. form.Enters.Select(e => new Acquirer(e, new Operand(0)))],
                   Releasers = [.. form.Exits.Select(e => new Releaser(e, new Operand(0)))],
               }
        ],
    };

    private static IEnumerable<LockForm> Forms(Style style, ProjectIndex index)
    {
        var wrappers = index.Functions
            .Select(f => f is [{ OnlyCall: not null } only] ? only : f.Count(d => d.IsDefined) == 1 ? f.First(d => d.IsDefined) : null)
            .OfType<FunctionFact>()
            .Where(f => f.OnlyCall is not null)
            .ToList();
        foreach (var form in style.Locks)
        {
            if (LockGuards.HeadOf(form.Text) is not { } maker)
                continue;

            foreach (var enter in wrappers.Where(w => w.OnlyCall!.Callee == maker && w.ReturnType != "void" && !IsLocked(w.Name)))
            {
                var exits = wrappers
                    .Where(w => form.Exits.Contains(w.OnlyCall!.Callee, StringComparer.Ordinal)
                        && w.OnlyCall.Argument == enter.OnlyCall!.Argument
                        && CTypeText.Normal(w.FirstParameter) == CTypeText.Normal(enter.FirstParameter))
                    .Select(w => w.Name)
                    .ToImmutableArray();
                if (!exits.IsEmpty)
                {
                    yield return new LockForm(enter.Name)
                    {
                        Macro = form.Macro,
                        Enters = [enter.Name],
                        Exits = exits,
                        Text = form.Text.Replace(maker + "(", enter.Name + "(", StringComparison.Ordinal),
                        Variable = form.Variable,
                        Header = form.Header,
                    };
                }
            }
        }

        bool IsLocked(string name) => style.Locks.Any(l => l.Enters.Contains(name, StringComparer.Ordinal));
    }
}
