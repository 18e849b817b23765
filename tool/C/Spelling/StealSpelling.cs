using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Rules;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.C.Spelling;

/// <summary>Ownership that is taken out of a variable where it leaves the function.</summary>
internal static class StealSpelling
{
    /// <summary>
    /// <code>
    /// return p;        →   return g_steal_pointer(&amp;p);
    /// x->name = p;     →   x->name = g_steal_pointer(&amp;p);
    /// list_add(l, p);  →   list_add(l, g_steal_pointer(&amp;p));
    /// </code>
    /// </summary>
    public static Refusal? Spell(Steal change, SpelledFunction function)
    {
        if (change.At.Origin.Syntax is not Node node)
            return CommonRefusals.NotSpelled;

        var value = change.Local.Type.Contains('*', StringComparison.Ordinal) || IsPointerName(change.Local, function)
            ? ScopedValue.Pointer
            : ScopedValue.Descriptor;
        if (FormFor(value, function) is not { } form)
            return IsClearedByHand(node, change.Local, function) ? null : SpellingRefusals.NeedsMacro;

        var named = NamesIn(node, change.Local);
        if (ReadIn(node, change.Local) is not { } read || named.Count != 1)
            return named.Count > 1 ? SpellingRefusals.StolenAmongUses : CommonRefusals.NotSpelled;

        if (form.Macro is { } macro)
            function.UsedMacros.Add((macro, form.Header));

        if (form.Return is { } whole && node is ReturnNode { Value: { } returned } && returned.Unwrapped == read)
            function.Plan.Replace(node, Filled(function.Layout.Calls.Of(whole), change.Local) + ";");
        else
            function.Plan.Replace(read, Filled(function.Layout.Calls.Of(form.Text), change.Local));

        return null;
    }

    /// <summary>
    /// <code>
    /// if (list_add(l, p) &lt; 0) return -1;   →   if (list_add(l, p) &lt; 0) return -1;
    /// return 0;                              p = NULL;
    ///                                        return 0;
    /// </code>
    /// </summary>
    public static Refusal? Spell(Empty change, SpelledFunction function)
    {
        if (SpelledFunction.StatementOf(change.Next.Origin) is not { } next || next.Span.Start < change.Decision.Origin.Span.End)
            return CommonRefusals.NotSpelled;

        var list = SpelledFunction.ListOf(next);
        var layout = function.Layout;
        var behind = list.SkipWhile(s => s != next).FirstOrDefault(s => !function.Plan.IsRemoved(s));
        if (behind is null or LabelNode or CaseNode || !layout.StartsLine(behind.Span.Start))
            return CommonRefusals.NotSpelled;

        var value = change.Value == Constant.Null ? "NULL" : change.Value.ToString();
        function.Plan.Edit(behind, TextEdit.Insert(
            behind.Span.Start,
            $"{change.Local.Name} = {value};{layout.NewLineAt(behind.Span.Start)}{layout.IndentationAt(behind.Span.Start)}"));
        return null;
    }

    /// <summary>Where the style cannot take the value out, the statement that empties the variable behind it stays.</summary>
    private static bool IsClearedByHand(Node node, Local local, SpelledFunction function)
    {
        if (SpelledFunction.StatementOf(node) is not { } statement)
            return false;

        var list = SpelledFunction.ListOf(statement);
        var clearing = list.Skip(list.IndexOf(statement) + 1).FirstOrDefault(s =>
            function.Plan.IsRemoved(s)
            && s is ExpressionStatementNode { Expression: AssignmentNode { Target: NameNode { Name: var name } } } && name == local.Name);
        if (clearing is null)
            return false;

        function.Plan.Keep(clearing);
        return true;
    }

    private static bool IsPointerName(Local local, SpelledFunction function) =>
        function.Input.Names.PointeeOf(CTypeText.Normal(local.Type)) is not null
        || !(CTypeText.Normal(local.Type) is "int" or "unsigned" or "unsigned int" or "long" or "gint");

    /// <summary>
    /// The first form that the file sees. Where it sees none, one that the style brings comes before the codebase's own, whose
    /// header may be another component's.
    /// </summary>
    private static StealForm? FormFor(ScopedValue value, SpelledFunction function)
    {
        var (style, names) = (function.Input.Style, function.Input.Names);
        var forms = style.Steals.Where(s => s.Value == value && (s.Macro is null || names.HasMacro(s.Macro))).ToList();
        return forms.Find(s => s.Macro is null || names.Sees(function.Input.File.Path, s.Macro))
            ?? (style.GeneratedHeader is null ? forms.FirstOrDefault() : forms.LastOrDefault());
    }

    private static string Filled(string text, Local local) => text.Replace("{place}", local.Name, StringComparison.Ordinal);

    private static List<NameNode> NamesIn(Node node, Local local) =>
        [.. node.DescendantsAndSelf.OfType<NameNode>().Where(n => n.Name == local.Name)];

    /// <summary>The place where the value itself is read: returned, stored, or an argument of the call; casts apart.</summary>
    private static NameNode? ReadIn(Node node, Local local)
    {
        IEnumerable<ExpressionNode> values = node switch
        {
            ReturnNode { Value: { } value } => [value],
            AssignmentNode assignment => [assignment.Value],
            DeclaratorNode { Initializer: { } initial } => [initial],
            CallNode call => call.Arguments,
            ExpressionNode value => [value],
            _ => [],
        };
        return values.Select(Uncast).OfType<NameNode>().FirstOrDefault(n => n.Name == local.Name);
    }

    private static ExpressionNode Uncast(ExpressionNode value)
    {
        while (value is ParenthesizedNode or CastNode)
            value = value is CastNode cast ? cast.Operand : ((ParenthesizedNode)value).Inner;

        return value;
    }
}
