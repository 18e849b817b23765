using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.C.Spelling;

/// <summary>
/// Variables whose declaration makes their value and ends it.
/// <code>
/// struct table *t = table_get(id);   →   CLASS(table, t)(id);
/// ...                                    ...
/// table_put(t);
/// </code>
/// </summary>
internal static class ClassSpelling
{
    /// <summary>The class of a variable whose value is made by its initialiser, or by one assignment that may become the declaration.</summary>
    public static Made? Of(ScopeLocal change, Declaration declaration, ScopedValue value, AssignmentNode? assignment, SpelledFunction function)
    {
        var specifiers = declaration.Node.Specifiers;
        if (value == ScopedValue.Descriptor || declaration.Node.Declarators.Length != 1 || specifiers.Has("static") || specifiers.DefinesType
            || declaration.Declarator.IsArray)
        {
            return null;
        }

        var type = CTypeText.Normal((specifiers.Has("const") ? "const " : "") + change.Local.Type);
        var byAddress = change.Releases.Any(r => r.Arguments.Any(a => a.Passing == Passing.Reference && a.Target == change.Local));
        var names = new VisibleNames(function.Input.Names, function.Input.File, function.Function.Span.Start);
        return (
            from form in function.Input.Style.Classes
            where names.HasMacro(form.Macro)
            from written in names.DeclarationsBy(form.DeclaredBy)
            let made = ScopedClass.Of(form, written, names)
            where made is not null && made.Releaser == change.Releaser.Callee && made.Type == type
                && made.PassesAddress == byAddress
            from place in new Node?[] { declaration.Declarator.Initializer, assignment?.Value }
            where place is ExpressionNode expression && Makes(expression, made)
                // Before the assignment that becomes the declaration, there is no variable.
                && (made.Guards || made.PassesAddress || !change.MayBeEmpty || place == assignment?.Value)
            select new Made(form, made, (ExpressionNode)place, place == assignment?.Value ? assignment : null)).FirstOrDefault();
    }

    /// <summary>Writes the declaration.</summary>
    public static void Spell(Made made, Declaration declaration, SpelledFunction function)
    {
        var plan = function.Plan;
        var arguments = made.Making is CallNode { Arguments: [var first, ..] given } ? function.Layout.TextBetween(first.Span.Start, given[^1].Span.End) : "";
        var text = made.Class.For(made.Form, declaration.Declarator.Name, arguments) + ";";
        function.UsedMacros.Add((made.Form.Macro, null));
        if (made.Assignment?.Parent is StatementNode statement)
        {
            plan.Declarations.Remove(declaration.Declarator);
            plan.Declarations.PlaceAt(statement);
            plan.Replace(statement, text);
        }
        else
        {
            plan.Replace(declaration.Statement, text);
        }

        plan.Touch(declaration.Declarator);
    }

    private static bool Makes(ExpressionNode expression, ScopedClass made) => expression switch
    {
        NameNode name => made.Parameters is null && name.Name == made.Constructor,
        CallNode call => call.Name == made.Constructor && call.Arguments.Length == made.Parameters,
        _ => false,
    };

    /// <summary>A class, and what makes the value.</summary>
    /// <param name="Form">How the style writes it.</param>
    /// <param name="Class">The class.</param>
    /// <param name="Making">The expression that makes the value by hand.</param>
    /// <param name="Assignment">The assignment that becomes the declaration; null where the variable is declared with its value.</param>
    internal sealed record Made(ClassForm Form, ScopedClass Class, ExpressionNode Making, AssignmentNode? Assignment);
}
