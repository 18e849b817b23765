using System.Collections.Immutable;
using MigrateCleanup.C.Index;
using MigrateCleanup.C.Styles;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Own;

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

    /// <summary>
    /// A form for each guard that the codebase declares, and that the style does not know by itself:
    /// <c>DEFINE_GUARD(widget, struct widget *, widget_lock(_T), widget_unlock(_T))</c>.
    /// </summary>
    public static ImmutableArray<LockForm> Declared(Style style, ProjectIndex index)
    {
        var forms = new List<LockForm>();
        foreach (var declaration in style.Guards)
        {
            foreach (var written in index.DeclarationsBy(declaration.Macro))
            {
                if (written.Arguments.Length > Math.Max(declaration.Enter, declaration.Exit)
                    && CallIn(written.Arguments[declaration.Enter], declaration) is { } enter
                    && CallIn(written.Arguments[declaration.Exit], declaration) is { } exit
                    && enter.KeepsState == exit.KeepsState
                    && !style.Locks.Concat(forms).Any(l => !l.IsMissing && l.Enters.Contains(enter.Callee, StringComparer.Ordinal)))
                {
                    forms.Add(FormOf(written.Arguments[0].Trim(), declaration, enter.Callee, exit.Callee, enter.KeepsState));
                }
            }
        }

        return [.. forms];
    }

    private static LockForm FormOf(string guard, GuardDeclaration declaration, string enter, string exit, bool keepsState)
    {
        const string Guard = "{guard}";
        var text = declaration.Text.Replace(Guard, guard, StringComparison.Ordinal);
        return new LockForm(enter)
        {
            Macro = text[..text.IndexOf('(', StringComparison.Ordinal)],
            Enters = [enter],
            Exits = [exit],
            Text = text,
            Block = declaration.Block?.Replace(Guard, guard, StringComparison.Ordinal),
            DropsArguments = keepsState,
        };
    }

    /// <summary>A call that is given the lock, and nothing but what the guard keeps.</summary>
    private static (string Callee, bool KeepsState)? CallIn(string text, GuardDeclaration declaration)
    {
        var words = CWords.Of(text).ToList();
        if (words is not [var callee, "(", .. var given, ")"])
            return null;

        var arguments = string.Concat(given);
        return arguments == (declaration.Lock ?? "") ? (callee, false)
            : declaration.State is { } state && arguments == $"{declaration.Lock},{state}" ? (callee, true)
            : null;
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
