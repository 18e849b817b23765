using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.C.Spelling;

/// <summary>Calls of another function.</summary>
internal static class CallSpelling
{
    /// <summary>
    /// <code>
    /// bzero(p, n);   →   memset0(p, n);
    /// </code>
    /// </summary>
    public static Refusal? Spell(ReplaceCall change, SpelledFunction function)
    {
        if (change.Call.Origin.Syntax is not CallNode call || change.Arguments.Any(a => a < 0 || a >= call.Arguments.Length))
            return CommonRefusals.NotSpelled;

        if (change.Arguments.SequenceEqual(Enumerable.Range(0, call.Arguments.Length)))
        {
            Rename(call, change.Callee, function);
            return null;
        }

        var dropped = call.Arguments.Where((_, i) => !change.Arguments.Contains(i));
        if (dropped.Any(a => !function.IsPure(a)))
            return CommonRefusals.StatementWorks;

        var arguments = string.Join(", ", change.Arguments.Select(i => function.Layout.TextOf(call.Arguments[i])));
        function.Plan.Replace(call, function.Layout.Calls.Of(change.Callee + "(") + arguments + ")");
        return null;
    }

    /// <summary>Another function is called with the same arguments, and those aligned with its bracket move along.</summary>
    public static void Rename(CallNode call, string name, SpelledFunction function)
    {
        var old = call.Callee.Span;
        function.Plan.Replace(call.Callee, name);
        function.Plan.Realign(old.End, call.Span.End, name.Length - old.Length);
    }
}
