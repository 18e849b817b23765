using System.Collections.Immutable;

namespace MigrateCleanup.C.Styles;

/// <summary>How one variable is scoped in a codebase: a form whose holes are filled but for <c>{name}</c>.</summary>
public sealed record ScopeChoice(ScopeForm Form, string Text)
{
    private const string TypeAndName = "{type}{name}";
    public const string Name = "{name}";

    /// <summary>What the codebase must be told first, if anything.</summary>
    public MissingDeclaration? Missing { get; init; }

    /// <summary>
    /// What comes before the declared type and behind the declarator, when the form leaves the type as it is written
    /// (<c>g_autofree </c>; <c> __free(kfree)</c>); null when it replaces the type.
    /// </summary>
    public (string Prefix, string Suffix)? AroundType { get; private init; }

    /// <summary>See <see cref="DeclaredCleanup.FailureTests"/>.</summary>
    public ImmutableArray<string> FailureTests { get; private init; } = [];

    /// <summary>The text that tests the variable for the empty value first; null where the form has none.</summary>
    public string? Guarded { get; private init; }

    /// <summary>The text for a variable of this name.</summary>
    public string For(string variable) => Text.Replace(Name, variable, StringComparison.Ordinal);

    /// <summary>
    /// The first form of a style that releases a variable of this type with this function, if the codebase has what
    /// the form needs; else one that works once a declaration is added; else null.
    /// </summary>
    /// <param name="style">The codebase's style.</param>
    /// <param name="releaser">What the function calls by hand.</param>
    /// <param name="type">The variable's type as declared.</param>
    /// <param name="value">What the variable holds.</param>
    /// <param name="names">What the codebase has.</param>
    /// <param name="given">The function that the releaser is given beside the value; null where it is given none.</param>
    public static ScopeChoice? Of(Style style, string releaser, string type, ScopedValue value, ICodebaseNames names, string? given = null) =>
        FirstFitting(style, releaser, type, value, names, given) is { } choice
            ? choice with
            {
                FailureTests = style.Declarations.SelectMany(d => Declared(style, d.Macro, names))
                    .FirstOrDefault(d => style.Does(d.Releaser, releaser))?.FailureTests ?? [],
            }
            : null;

    private static ScopeChoice? FirstFitting(Style style, string releaser, string type, ScopedValue value, ICodebaseNames names, string? given)
    {
        // A form that brings its own type along makes no constant of it.
        var isConstant = CTypeText.IsQualified(type, "const");
        var usable = style.Scopes.Where(f =>
            !f.ReadsOnly && f.Value == value && (f.Macro is null || names.HasMacro(f.Macro))
            && !(isConstant && f.Placement == ScopePlacement.Declaration && !f.Text.Contains("{type}", StringComparison.Ordinal))).ToList();
        foreach (var form in usable.Where(f => f.Elements is not null && style.Does(f.Releasers[0], releaser)))
        {
            return given is not null && CTypeText.Normal(type) == form.BroughtType && ElementOf(style, style.Form(form.Elements!)!, given, names) is { } element
                ? Filled(form, releaser, element + " *", null, null, names)
                : null;
        }

        foreach (var form in usable)
        {
            if (Fitting(style, form, releaser, type, names) is { } filled)
                return Filled(form, releaser, type, filled.Cleanup, filled.Alias, names);
        }

        foreach (var form in usable)
        {
            if (NameFor(style, form, releaser, type, names) is { } named)
                return Filled(form, releaser, named + " *", null, null, names);
        }

        return usable.Select(f => WithDeclaration(style, f, releaser, type, names)).FirstOrDefault(c => c is not null);
    }

    /// <summary>Whether some variable could be scoped with this releaser: what rules need to know before they look at a type.</summary>
    public static bool IsPossible(Style style, string releaser, ICodebaseNames names) =>
        style.Scopes.Any(f => !f.ReadsOnly
            && (f.TakesAddress
                ? names.FirstParameterOf(releaser) is { } parameter && CTypeText.IsAddressOfPointer(parameter)
                : f.AnyReleaser || f.Cleanup is not null || !f.DeclaredBy.IsEmpty
                || f.Releasers.Any(r => style.Does(r, releaser)) || f.Pairs.Values.Any(r => style.Does(r, releaser))));

    private static (string? Cleanup, string? Alias)? Fitting(Style style, ScopeForm form, string releaser, string type, ICodebaseNames names)
    {
        if (form.TakesAddress)
            return names.FirstParameterOf(releaser) is { } parameter && IsAddressOf(type, parameter, names) ? (null, null) : null;

        if (form.Function is { } own)
            return style.Does(form.Releasers[0], releaser) && IsFor(type, own, form.Macro, names) ? (own, null) : null;

        var key = KeyOf(form, type, names);
        var isMeant = form.Pairs.IsEmpty || form.Pairs.ContainsKey(key ?? "") || form.Pairs.ContainsKey(CTypeText.Normal(type));
        if ((form.Releasers.Any(r => style.Does(r, releaser)) && isMeant) || form.AnyReleaser)
            return (null, null);

        foreach (var (paired, function) in form.Pairs)
        {
            if (!style.Does(function, releaser))
                continue;

            if (form.Aliases.TryGetValue(paired, out var aliases)
                ? aliases.Contains(CTypeText.Normal(type), StringComparer.Ordinal)
                : key == paired || CTypeText.Normal(type) == paired)
            {
                return (null, paired);
            }
        }

        foreach (var declared in form.DeclaredBy.SelectMany(m => Declared(style, m, names)))
        {
            // What a clean-up is given the address of must be of the type that it was declared for.
            if (style.Does(declared.Releaser, releaser) && (declared.Type is null || declared.Type == key || declared.Type == CTypeText.Normal(type)))
                return (declared.Cleanup, null);
        }

        if (form.Cleanup is { } cleanup && form.DeclaredBy.IsEmpty)
        {
            var name = cleanup.Replace("{releaser}", releaser, StringComparison.Ordinal);
            return (names.CleanupFunction(name)?.Releaser ?? releaser) == releaser && IsFor(type, name, null, names) ? (name, null) : null;
        }

        return form.Cleanup is null && form.DeclaredBy.IsEmpty && form.Releasers.IsEmpty && form.Pairs.IsEmpty ? (null, null) : null;
    }

    /// <summary>
    /// Another name of the type, for which the codebase has declared this very releaser:
    /// <c>typedef virDomain virshDomain;</c> where the two are released by different functions.
    /// </summary>
    private static string? NameFor(Style style, ScopeForm form, string releaser, string type, ICodebaseNames names)
    {
        if (!form.NeedsTypeName || form.Value != ScopedValue.Pointer || PointeeOf(type, names) is not { } pointee)
            return null;

        var meant = names.MeaningOf(pointee) ?? pointee;
        return form.DeclaredBy.SelectMany(m => Declared(style, m, names))
            .Where(d => d.Cleanup is null && d.Type is not null && style.Does(d.Releaser, releaser))
            .Select(d => d.Type)
            .FirstOrDefault(t => names.MeaningOf(t!) == meant);
    }

    /// <summary>The one type that a form releases with this very function, or the one that stands for all of them.</summary>
    private static string? ElementOf(Style style, ScopeForm form, string releaser, ICodebaseNames names)
    {
        if (form.CastReleaser == releaser)
            return form.CastType;

        var types = form.Pairs.Where(p => p.Value == releaser).Select(p => p.Key)
            .Concat(form.DeclaredBy.SelectMany(m => Declared(style, m, names)).Where(d => d.Releaser == releaser).Select(d => d.Type).OfType<string>())
            .Distinct().Take(2).ToList();
        return types is [var only] ? only : null;
    }

    /// <summary>The function is at hand, and may be given the address of a variable of this type.</summary>
    private static bool IsFor(string type, string function, string? macro, ICodebaseNames names) =>
        names.SeesFunction(function, macro) && names.FirstParameterOf(function) is { } parameter
        && (IsAddressOf(type, parameter, names) || (CTypeText.Normal(parameter) == "void *" && names.CleanupFunction(function) is not null));

    /// <summary>The parameter points to just this type: a compiler takes no other, nor one that is more constant.</summary>
    private static bool IsAddressOf(string type, string parameter, ICodebaseNames names)
    {
        if (CTypeText.IsQualified(type, "const"))
            return false;

        var wanted = CTypeText.Normal(parameter);
        var normal = CTypeText.Normal(type);
        return wanted == CTypeText.Normal(type + " *") || (names.PointeeOf(normal) is { } pointee && wanted == CTypeText.Normal(pointee + " **"));
    }

    private static ScopeChoice? WithDeclaration(Style style, ScopeForm form, string releaser, string type, ICodebaseNames names)
    {
        if (form.TakesAddress || (form.NeedsTypeName && (KeyOf(form, type, names) is not { } key || !CTypeText.IsName(key) || !names.HasType(key))))
            return null;

        var declarations = style.Declarations.Where(d => d.Text is not null && form.DeclaredBy.Contains(d.Macro, StringComparer.Ordinal)).ToList();
        foreach (var declaration in declarations)
        {
            // The first comes with the style; the others are there where the codebase has them.
            if (declaration != declarations[0] && !names.HasMacro(declaration.Macro))
                continue;

            // It is to stand beside the releaser, so the releaser must be the codebase's own, or the type's own function stand for
            // it; in a file that uses it, the releaser is at hand, and a function, or called like one.
            var typeFunction = TypeFunction(form, releaser, type, names);
            if (declaration.Place == DeclarationPlace.BesideReleaser ? typeFunction is null && !names.HasFunction(releaser) : names.HasMacro(releaser) && names.FunctionsBehind(releaser).IsEmpty)
                continue;

            if (declaration.StoresResult && (names.ReturnTypeOf(releaser) is not { } result || CTypeText.Normal(result) != CTypeText.Normal(type)))
                continue;

            // A type whose pair is another function's already cannot be given a second one.
            var pointee = KeyOf(form, type, names) ?? "";
            if (declaration.Cleanup is null
                && (form.Pairs.ContainsKey(pointee) || form.DeclaredBy.SelectMany(m => Declared(style, m, names)).Any(d => d.Type == pointee)))
            {
                continue;
            }

            var cleanup = declaration.Cleanup?.Replace("{releaser}", releaser, StringComparison.Ordinal);
            if (cleanup is not null && ((cleanup != releaser && names.HasFunction(cleanup)) || form.DeclaredBy.SelectMany(m => Declared(style, m, names)).Any(d => d.Cleanup == cleanup)))
                continue;

            var text = Holes(declaration.Text!, releaser, type, cleanup, null, names).Replace("{type}", CTypeText.Normal(type).Replace(" *", "*", StringComparison.Ordinal), StringComparison.Ordinal);
            return Filled(form, releaser, type, cleanup, null, names) with
            {
                Missing = new MissingDeclaration(declaration, text, releaser) { TypeFunction = typeFunction },
            };
        }

        return null;
    }

    private static string? TypeFunction(ScopeForm form, string releaser, string type, ICodebaseNames names) =>
        form is { TypeFunction: { } template, CastReleaser: { } cast } && cast == releaser && KeyOf(form, type, names) is { } key
            ? names.FunctionOfType(template, key)
            : null;

    private static ScopeChoice Filled(ScopeForm form, string releaser, string type, string? cleanup, string? alias, ICodebaseNames names)
    {
        var text = Holes(form.Text, releaser, type, cleanup, alias, names);
        var at = text.IndexOf(TypeAndName, StringComparison.Ordinal);
        var normal = CTypeText.Normal(type);
        return new ScopeChoice(form, text.Replace("{type}", normal.EndsWith('*') || at < 0 ? normal : normal + " ", StringComparison.Ordinal))
        {
            Guarded = form.Guarded is { } guarded ? Holes(guarded, releaser, type, cleanup, alias, names) : null,
            AroundType = at < 0 ? null : (text[..at], text[(at + TypeAndName.Length)..]),
        };
    }

    private static string Holes(string text, string releaser, string type, string? cleanup, string? alias, ICodebaseNames names) => text
        .Replace("{releaser}", releaser, StringComparison.Ordinal)
        .Replace("{cleanup}", cleanup ?? releaser, StringComparison.Ordinal)
        .Replace("{alias}", alias ?? CTypeText.Normal(type), StringComparison.Ordinal)
        .Replace("{pointee}", PointeeOf(type, names) ?? CTypeText.Normal(type), StringComparison.Ordinal);

    /// <summary>What a pair of the form is looked up by: the pointee of a pointer, the type of a structure.</summary>
    private static string? KeyOf(ScopeForm form, string type, ICodebaseNames names) =>
        form.Value == ScopedValue.Pointer ? PointeeOf(type, names) : CTypeText.Normal(type);

    private static string? PointeeOf(string type, ICodebaseNames names) =>
        CTypeText.Pointee(type) ?? names.PointeeOf(CTypeText.Normal(type));

    private static IEnumerable<DeclaredCleanup> Declared(Style style, string macro, ICodebaseNames names) =>
        from declaration in style.Declarations
        where declaration.Macro == macro
        from written in names.DeclarationsBy(macro)
        select DeclaredCleanup.Of(declaration, written) into declared
        where declared is not null
        select declared;
}

/// <summary>A declaration that the codebase lacks: its form and text.</summary>
public sealed record MissingDeclaration(DeclarationForm Form, string Text, string Releaser)
{
    /// <summary>The type's own function, where the type is one of those that a library's releaser is for.</summary>
    public string? TypeFunction { get; init; }
}

/// <summary>What a clean-up declaration of the codebase says.</summary>
public sealed record DeclaredCleanup(string? Type, string Releaser, string? Cleanup)
{
    private const string Tests = "IS_ERR";
    private const string TestsBoth = "IS_ERR_OR_NULL";

    /// <summary>Calls that tell whether a pointer stands for a failure.</summary>
    public static ImmutableArray<string> AllFailureTests { get; } = [Tests, TestsBoth];

    /// <summary>The calls by which it tells a value that stands for a failure, and leaves that alone.</summary>
    public ImmutableArray<string> FailureTests { get; private init; } = [];

    /// <summary>Null when the declaration says nothing that can be used: too few arguments, an expression of its own.</summary>
    public static DeclaredCleanup? Of(DeclarationForm form, CleanupDeclaration written)
    {
        var type = Hole("pointee") ?? Hole("type");
        var releaser = Hole("releaser") ?? form.Releaser ?? CalledIn(Hole("expression"));
        if (releaser is null)
            return null;

        var cleanup = Hole("cleanup") ?? form.Cleanup?.Replace("{releaser}", releaser, StringComparison.Ordinal);
        return new DeclaredCleanup(type is null ? null : CTypeText.Normal(type), releaser, cleanup) { FailureTests = FailureTestsIn(Hole("expression")) };

        string? Hole(string name)
        {
            var index = form.Parameters.IndexOf(name);
            return index >= 0 && index < written.Arguments.Length ? written.Arguments[index].Trim() : null;
        }
    }

    /// <summary><c>if (!IS_ERR_OR_NULL(_T)) widget_put(_T)</c> tells null and failures, <c>if (_T &amp;&amp; !IS_ERR(_T))</c> as well.</summary>
    private static ImmutableArray<string> FailureTestsIn(string? expression)
    {
        var text = expression is null ? "" : string.Concat(expression.Where(c => !char.IsWhiteSpace(c)));
        return text.StartsWith($"if(!{TestsBoth}(_T))", StringComparison.Ordinal) || text.StartsWith($"if(_T&&!{Tests}(_T))", StringComparison.Ordinal) ? [Tests, TestsBoth]
            : text.StartsWith($"if(!{Tests}(_T))", StringComparison.Ordinal) ? [Tests]
            : [];
    }

    /// <summary>The one function that an expression such as <c>if (_T) widget_put(_T)</c> calls.</summary>
    private static string? CalledIn(string? expression)
    {
        if (expression is null)
            return null;

        const string conditions = "if while sizeof likely unlikely IS_ERR IS_ERR_OR_NULL";
        var called = new List<string>();
        for (var i = 0; i < expression.Length; i++)
        {
            if (expression[i] != '(')
                continue;

            var end = i;
            while (end > 0 && expression[end - 1] == ' ')
                end--;

            var start = end;
            while (start > 0 && (char.IsAsciiLetterOrDigit(expression[start - 1]) || expression[start - 1] == '_'))
                start--;

            if (start < end && !conditions.Split(' ').Contains(expression[start..end]))
                called.Add(expression[start..end]);
        }

        return called is [var only] ? only : null;
    }
}
