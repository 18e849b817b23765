using System.Text;

namespace MigrateCleanup.C.Syntax;

/// <summary>A tree as text: a node a line, its children indented. For people, and for fixtures.</summary>
public static class TreeText
{
    public static string Of(SourceFileTree tree)
    {
        var text = new StringBuilder();
        foreach (var item in tree.Items)
            Write(text, item, 0);

        foreach (var error in tree.Errors)
            text.Append("error: ").Append(error.Reason).Append('\n');

        return text.ToString();
    }

    public static string Of(Node root)
    {
        var text = new StringBuilder();
        Write(text, root, 0);
        return text.ToString();
    }

    private static void Write(StringBuilder text, Node node, int depth)
    {
        Line(text, depth, Label(node));
        switch (node)
        {
            case ConditionalStatementNode conditional:
                foreach (var branch in conditional.Branches)
                {
                    Line(text, depth + 1, branch.Condition is null ? "else" : $"when {(branch.IsNegated ? "!" : "")}{branch.Condition}");
                    foreach (var statement in branch.Statements)
                        Write(text, statement, depth + 2);
                }

                return;
            case SpecifiersNode { Enumerators.Length: > 0 } specifiers:
                foreach (var enumerator in specifiers.Enumerators)
                {
                    Line(text, depth + 1, $"enumerator {enumerator.Name}");
                    if (enumerator.Value is { } value)
                        Write(text, value, depth + 2);
                }

                return;
            case InitializerListNode list:
                foreach (var (designator, value) in list.Items)
                {
                    if (designator.Length > 0)
                        Line(text, depth + 1, designator);

                    Write(text, value, designator.Length > 0 ? depth + 2 : depth + 1);
                }

                return;
        }

        foreach (var child in node.Children)
            Write(text, child, depth + 1);

        if (node is FunctionNode function)
            WriteBody(text, function.Body, depth + 1);
    }

    private static void WriteBody(StringBuilder text, FunctionBody body, int depth)
    {
        if (body.Error is { } error)
            Line(text, depth, $"unparsed: {error.Reason}");

        foreach (var view in body.Views)
        {
            if (view.Assumptions.IsEmpty)
            {
                Write(text, view.Body, depth);
                continue;
            }

            Line(text, depth, "view " + string.Join(", ", view.Assumptions.Select(a => (a.Holds ? "" : "!") + a.Condition)));
            Write(text, view.Body, depth + 1);
        }
    }

    private static void Line(StringBuilder text, int depth, string label)
    {
        const int Step = 2;
        text.Append(' ', depth * Step).Append(label).Append('\n');
    }

    private static string Label(Node node)
    {
        var kind = node.GetType().Name;
        kind = kind.EndsWith("Node", StringComparison.Ordinal) ? kind[..^4] : kind;
        return Facts(node) is { Length: > 0 } facts ? $"{kind} {facts}" : kind;
    }

    private static string Facts(Node node) => node switch
    {
        FunctionNode function => function.Name,
        SpecifiersNode specifiers => Joined(
            specifiers.Type.Length > 0 ? specifiers.Type : "no type",
            Words(specifiers.Words.Where(w => !IsPartOf(specifiers, w))),
            specifiers.WrapperMacro is var (name, argument) ? $"by {name} of {argument}" : "",
            specifiers.DefinesType ? "defined" : ""),
        DeclaratorNode declarator => Joined(
            new string('*', declarator.Pointers) + declarator.Name,
            declarator.IsFunction ? "function" : declarator.IsFunctionPointer ? "function pointer" : declarator.IsArray ? "array" : "",
            declarator.IsVariadic ? "variadic" : "",
            Words(declarator.Attributes)),
        MacroItemNode macro => $"{macro.Name}({string.Join(", ", macro.Arguments)})",
        DefineNode define => Joined(
            define.IsFunctionLike ? $"{define.Name}({string.Join(", ", define.Parameters)})" : define.Name,
            define.Replacement.Length > 0 ? "is " + define.Replacement : ""),
        IncludeNode include => include.Name,
        NameNode name => name.Name,
        LiteralNode literal => Single(literal.Text),
        UnaryNode unary => unary.IsPostfix ? "postfix " + unary.Operator : unary.Operator,
        BinaryNode binary => binary.Operator,
        AssignmentNode assignment => assignment.Operator,
        MemberNode member => (member.IsArrow ? "->" : ".") + member.Name,
        TypeNameNode type => Single(type.Text),
        LabelAddressNode label => label.Label,
        TextNode raw => Single(raw.Text),
        MacroStatementNode macro => Single(macro.Name),
        WhileNode { IsDo: true } => "do",
        CaseNode { Value: null } => "default",
        LabelNode label => label.Name,
        GotoNode jump => jump.Label ?? "",
        BreakNode { IsContinue: true } => "continue",
        AssemblyNode assembly => Joined(string.Join(' ', assembly.Names), assembly.MayJump ? "may jump" : ""),
        _ => "",
    };

    /// <summary>The word is told with the type.</summary>
    private static bool IsPartOf(SpecifiersNode specifiers, Specifier word) =>
        specifiers.Type.Split(' ').Contains(word.Name) || word.Name == specifiers.WrapperMacro?.Name;

    private static string Words(IEnumerable<Specifier> words)
    {
        var texts = words.Select(w => w.Arguments is { } arguments ? $"{w.Name}({arguments})" : w.Name);
        return string.Join(' ', texts) is { Length: > 0 } text ? $"[{text}]" : "";
    }

    private static string Joined(params ReadOnlySpan<string> parts)
    {
        var text = new StringBuilder();
        foreach (var part in parts)
        {
            if (part.Length > 0)
                text.Append(text.Length > 0 ? " " : "").Append(part);
        }

        return text.ToString();
    }

    private static string Single(string text) => text.ReplaceLineEndings(" ");
}
