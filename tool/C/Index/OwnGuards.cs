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
    /// <summary>A form for each of them, made from the style's.</summary>
    public static ImmutableArray<LockForm> Of(Style style, ProjectIndex index)
    {
        var wrappers = index.Functions
            .Select(f => f.Where(d => d.IsDefined).ToList() is [var only] ? only : null)
            .OfType<FunctionFact>()
            .Where(f => f.OnlyCall is { Test: null })
            .ToList();
        return
        [
            .. from form in style.Locks
               let maker = LockGuards.HeadOf(form.Text)
               where maker is not null
               from enter in wrappers
               where enter.OnlyCall!.Callee == maker && enter.ReturnType != "void" && !style.Locks.Any(l => l.Enters.Contains(enter.Name, StringComparer.Ordinal))
               let exits = wrappers.Where(w => Leaves(w, enter, form)).Select(w => w.Name).ToImmutableArray()
               where !exits.IsEmpty
               select new LockForm(enter.Name)
               {
                   Macro = form.Macro,
                   Enters = [enter.Name],
                   Exits = exits,
                   Text = form.Text.Replace(maker + "(", enter.Name + "(", StringComparison.Ordinal),
                   Variable = form.Variable,
                   Header = form.Header,
               }
        ];
    }

    /// <summary>What the calls of these forms acquire and release, as a catalogue.</summary>
    public static CatalogueFacts Facts(ImmutableArray<LockForm> forms) => new("c")
    {
        Resources =
        [
            .. from form in forms
               select new Resource
               {
                   Name = form.Name,
                   Kind = ResourceKind.Lock,
                   Acquirers = [.. form.Enters.Select(e => new Acquirer(e, new Operand(0)))],
                   Releasers = [.. form.Exits.Select(e => new Releaser(e, new Operand(0)))],
               }
        ],
    };

    /// <summary>Given the same thing, the function leaves by hand the lock that the other one makes a guard for.</summary>
    private static bool Leaves(FunctionFact function, FunctionFact enter, LockForm form) =>
        form.Exits.Contains(function.OnlyCall!.Callee, StringComparer.Ordinal)
        && function.OnlyCall.Argument == enter.OnlyCall!.Argument
        && CTypeText.Normal(function.FirstParameter) == CTypeText.Normal(enter.FirstParameter);
}
