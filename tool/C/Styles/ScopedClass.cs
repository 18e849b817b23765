using System.Collections.Immutable;
using MigrateCleanup.C.Index;

namespace MigrateCleanup.C.Styles;

/// <summary>
/// How a style declares a variable together with the call that makes its value and the one that ends it. The codebase says
/// which, by <c>DECLARING(name, type, end, making, parameters...)</c>.
/// </summary>
/// <param name="Macro">The macro that declares a variable: <c>CLASS</c>.</param>
/// <param name="DeclaredBy">The macro that says what it stands for: <c>DEFINE_CLASS</c>.</param>
/// <param name="Value">How the end names the value.</param>
/// <param name="Text">How a variable is declared. Holes: <c>{class}</c>, <c>{name}</c>, <c>{arguments}</c>.</param>
public sealed record ClassForm(string Macro, string DeclaredBy, string Value, string Text);

/// <summary>What a codebase declared of a class of variables.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">The type of its variables.</param>
/// <param name="Releaser">Whom the end of a scope gives the value.</param>
/// <param name="Constructor">The call that makes a value, or the name of one.</param>
public sealed record ScopedClass(string Name, string Type, string Releaser, string Constructor)
{
    /// <summary>The releaser is given the variable's address.</summary>
    public bool PassesAddress { get; private init; }

    /// <summary>It is called only where there is a value.</summary>
    public bool Guards { get; private init; }

    /// <summary>How many arguments the constructor is given, each as it stands; null where it is a name.</summary>
    public int? Parameters { get; private init; }

    /// <summary>The classes that a codebase declares in some of the forms.</summary>
    public static IEnumerable<ScopedClass> In(IEnumerable<ClassForm> forms, ICodebaseNames names) =>
        from form in forms
        from written in names.DeclarationsBy(form.DeclaredBy)
        select Of(form, written, names) into made
        where made is not null
        select made;

    /// <summary>Null where what is declared is more than a call that makes and one that ends.</summary>
    public static ScopedClass? Of(ClassForm form, CleanupDeclaration written, ICodebaseNames names)
    {
        const int Fixed = 4;
        if (written.Arguments.Length <= Fixed)
            return null;

        var end = CWords.Of(written.Arguments[2]).ToList();
        var guards = end is ["if", "(", var tested, ")", ..] && tested == form.Value;
        if (guards)
            end.RemoveRange(0, Fixed);

        if (end is not [var releaser, "(", .. var given, ")"] || string.Concat(given).Trim('(', ')') is var value && value != form.Value && value != "&" + form.Value && value != "&(" + form.Value)
            return null;

        var parameters = written.Arguments.Skip(Fixed).Select(p => CWords.Of(p).Last()).ToImmutableArray();
        if (parameters is ["void"])
            parameters = [];

        var making = CWords.Of(written.Arguments[3]).ToList();
        int? count = making.Count == 1 ? null : parameters.Length;
        if (making.Count != 1 && !(making is [_, "(", .. var passed, ")"] && string.Concat(passed) == string.Join(',', parameters)))
            return null;

        // A call of what only returns a name makes what the name stands for.
        var maker = making[0];
        if (count == 0 && names.ReturnedNameOf(maker) is { } returned)
            (maker, count) = (returned, null);

        return new ScopedClass(written.Arguments[0].Trim(), CTypeText.Normal(written.Arguments[1]), releaser, maker)
        {
            PassesAddress = value[0] == '&',
            Guards = guards,
            Parameters = count,
        };
    }

    /// <summary>The declaration of a variable, up to its semicolon.</summary>
    public string For(ClassForm form, string name, string arguments) => form.Text
        .Replace("{class}", Name, StringComparison.Ordinal)
        .Replace("{name}", name, StringComparison.Ordinal)
        .Replace("{arguments}", arguments, StringComparison.Ordinal);
}
