using System.Collections.Frozen;
using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.C.Styles;

/// <summary>What a guard does: it enters where it stands, and leaves at the end of its block.</summary>
/// <param name="Enter">The call that enters by hand; where the kind of the lock decides, any of several.</param>
/// <param name="Exit">The call that leaves by hand.</param>
/// <param name="IsVariable">It is a variable that holds what is called: without one, nothing leaves at the end of the block.</param>
/// <param name="KeepsState">What enters leaves something for what leaves, which the guard keeps: by hand a variable does (<c>flags</c>).</param>
public sealed record LockGuard(Callee Enter, Callee Exit, bool IsVariable, bool KeepsState);

/// <summary>Reads guards that hold locks by scope, of all styles at once, by the way their forms are written.</summary>
public sealed class LockGuards
{
    private const string Lock = "{lock}";

    private readonly FrozenDictionary<string, LockGuard> _heads;
    private readonly FrozenDictionary<string, LockGuard> _blocks;

    private readonly FrozenSet<string> _state;

    public LockGuards(IEnumerable<Style> styles)
    {
        var heads = new Dictionary<string, LockGuard>(StringComparer.Ordinal);
        var blocks = new Dictionary<string, LockGuard>(StringComparer.Ordinal);
        foreach (var form in styles.SelectMany(s => s.Locks))
        {
            var guard = new LockGuard(CalleeOf(form.Enters), CalleeOf(form.Exits), form.IsVariable, form.DropsArguments);
            foreach (var head in form.Alternatives.Prepend(form.Text).Select(HeadOf).OfType<string>())
                heads.TryAdd(head, guard);

            if (form.Block is { } block && block.IndexOf('(', StringComparison.Ordinal) is var open and > 0)
                blocks.TryAdd(BlockKey(block[..open], FixedArgument(block[(open + 1)..])), guard);
        }

        _state = styles.SelectMany(s => s.Locks).Where(l => l.DropsArguments).SelectMany(l => l.Enters).ToFrozenSet(StringComparer.Ordinal);
        _heads = heads.ToFrozenDictionary(StringComparer.Ordinal);
        _blocks = blocks.ToFrozenDictionary(StringComparer.Ordinal);
    }

    /// <summary>The guard that a statement or an initialiser makes; <paramref name="callee"/> is what stands before its last parentheses.</summary>
    public LockGuard? Of(string callee) => _heads.GetValueOrDefault(callee);

    /// <summary>The guard that a macro at the head of a block makes.</summary>
    /// <param name="macro">The macro's name.</param>
    /// <param name="argument">Its first argument as written, which may choose the kind of lock.</param>
    /// <param name="choosesKind">That argument chose the kind, and is no lock.</param>
    public LockGuard? OfBlock(string macro, string? argument, out bool choosesKind)
    {
        choosesKind = argument is not null && _blocks.ContainsKey(BlockKey(macro, argument));
        return _blocks.GetValueOrDefault(BlockKey(macro, choosesKind ? argument : null));
    }

    /// <summary>A call by hand that enters, and leaves something for the one that leaves, which a guard would keep.</summary>
    public bool LeavesState(string callee) => _state.Contains(callee);

    private static Callee CalleeOf(ImmutableArray<string> calls) => calls is [var only] ? new Callee(only) : new Callee(calls[0], calls[1..]);

    /// <summary><c>guard(mutex)</c> of <c>guard(mutex)({lock})</c>, <c>f</c> of <c>T {name} = f({lock})</c>.</summary>
    internal static string? HeadOf(string text)
    {
        var head = text[(text.LastIndexOf("= ", StringComparison.Ordinal) is var at and >= 0 ? at + 2 : 0)..];
        var open = head.LastIndexOf('(');
        return open > 0 && !head.AsSpan(0, open).Contains(' ') ? head[..open] : null;
    }

    private static string? FixedArgument(string arguments)
    {
        var first = arguments.Split(',', ')')[0].Trim();
        return first.Length == 0 || first == Lock ? null : first;
    }

    private static string BlockKey(string macro, string? argument) => argument is null ? macro : $"{macro}({argument}";
}
