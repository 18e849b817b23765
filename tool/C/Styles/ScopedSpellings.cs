using System.Collections.Immutable;

namespace MigrateCleanup.C.Styles;

/// <summary>What a scoped declaration does where its scope ends.</summary>
/// <param name="Releaser">The function that is called, by the name under which catalogues know it.</param>
/// <param name="Guards">The scope's end tests for the empty value itself; otherwise a catalogue says whether the function ignores it.</param>
/// <param name="PassesAddress">The function is called with the variable's address and cannot be named by the value it releases.</param>
/// <param name="Type">The type that the macro brings along (<c>VIR_AUTOCLOSE</c> is an <c>int</c>, <c>g_autoptr(T)</c> a <c>T *</c>); null where one stands beside it.</param>
public sealed record ScopedRelease(string Releaser, bool Guards, bool PassesAddress, string? Type)
{
    /// <summary>The function that the releaser is given beside the value; null where it is given nothing.</summary>
    public string? Given { get; init; }

    /// <summary>See <see cref="DeclaredCleanup.FailureTests"/>.</summary>
    public ImmutableArray<string> FailureTests { get; init; } = [];
}

/// <summary>
/// Reads scoped declarations of all styles at once: code is understood whatever style is chosen for new code. The
/// index goes first where the codebase itself defines a macro; this knows those that libraries bring.
/// </summary>
public sealed class ScopedSpellings
{
    private readonly ILookup<string, (Style Style, ScopeForm Form, string? Argument)> _forms;
    private readonly ImmutableArray<Style> _styles;
    private readonly Dictionary<string, ClearingForm> _clearings = new(StringComparer.Ordinal);

    internal ScopedSpellings(ImmutableArray<Style> styles)
    {
        _styles = styles;
        _forms = (
            from style in styles
            from form in style.Scopes
            where form is { Macro: not null, Placement: ScopePlacement.Declaration }
            select (Style: style, Form: form, Argument: ArgumentOf(form))).ToLookup(f => f.Form.Macro!, StringComparer.Ordinal);
        foreach (var clearing in styles.SelectMany(s => s.Clearings))
            _clearings.TryAdd(clearing.Call, clearing);

        Macros = [.. _forms.Select(f => f.Key).Order(StringComparer.Ordinal)];
        DeclaringMacros = [.. styles.SelectMany(s => s.Declarations).Select(d => d.Macro).Distinct().Order(StringComparer.Ordinal)];
    }

    private ScopedSpellings(ScopedSpellings other, IEnumerable<ClearingForm> clearings)
    {
        (_forms, _styles, Macros, DeclaringMacros) = (other._forms, other._styles, other.Macros, other.DeclaringMacros);
        foreach (var clearing in other._clearings.Values.Concat(clearings))
            _clearings.TryAdd(clearing.Call, clearing);
    }

    /// <summary>Every macro that makes a declaration scoped.</summary>
    public ImmutableArray<string> Macros { get; }

    /// <summary>Every macro that declares how a type is released: what an index collects.</summary>
    public ImmutableArray<string> DeclaringMacros { get; }

    public bool IsScoped(string macro) => _forms.Contains(macro);

    /// <summary>Every call that releases and empties a variable.</summary>
    public IEnumerable<string> ClearingCalls => _clearings.Keys;

    internal ScopedSpellings With(IEnumerable<ClearingForm> clearings) => new(this, clearings);

    /// <summary>The call releases and empties a variable; null when it does not.</summary>
    public ClearingForm? Clearing(string call) => _clearings.GetValueOrDefault(call);

    /// <summary>What a macro on a declaration releases with; null when nothing is known of it.</summary>
    /// <param name="macro">The macro: <c>_cleanup_free_</c>, <c>g_autoptr</c>.</param>
    /// <param name="argument">Its argument as written; null when it has none.</param>
    /// <param name="names">What the codebase has.</param>
    public ScopedRelease? Of(string macro, string? argument, ICodebaseNames names)
    {
        argument = argument?.Trim();
        foreach (var (style, form, expected) in _forms[macro])
        {
            if (expected is null != argument is null)
                continue;

            if (argument is null || expected == argument)
                return form.Releasers.IsEmpty ? null : Of(form, form.Releasers[0], BroughtType(form, argument));

            if (Released(style, form, expected!, argument, names) is { } released)
                return released;
        }

        return null;
    }

    /// <summary>
    /// What a macro that scopes does of which nobody here has seen the declaration: <c>g_autoptr(T)</c> where no header in
    /// reach says how a <c>T</c> is released. It releases by a function of its own, which is given the variable's address.
    /// </summary>
    public ScopedRelease? Unseen(string macro, string? argument) => argument is null ? null : (
        from form in _forms[macro]
        where form.Argument is not null
        select new ScopedRelease($"{macro}({argument.Trim()})", form.Form.Guards, PassesAddress: true, BroughtType(form.Form, argument.Trim()))).FirstOrDefault();

    /// <summary>
    /// What a clean-up function named by the compiler's attribute releases with: the function it was generated from, or
    /// itself, called with the variable's address.
    /// </summary>
    public ScopedRelease OfFunction(string function, ICodebaseNames names)
    {
        if (names.CleanupFunction(function) is { } own)
            return new ScopedRelease(own.Releaser, Guards: own.Test is not null, PassesAddress: false, null);

        foreach (var style in _styles)
        {
            if (Declared(style, style.Declarations.Select(d => d.Macro), names).FirstOrDefault(d => d.Cleanup == function) is { } declared)
                return new ScopedRelease(declared.Releaser, Guards: true, PassesAddress: false, null);
        }

        foreach (var form in _styles.SelectMany(s => s.Scopes))
        {
            if (form.Cleanup is { } cleanup && Inside(cleanup, function) is { } releaser && IsKnown(releaser, names) && releaser != function)
                return new ScopedRelease(releaser, form.Guards, PassesAddress: false, null);
        }

        return new ScopedRelease(function, Guards: false, PassesAddress: true, null);
    }

    private ScopedRelease? Released(Style style, ScopeForm form, string hole, string argument, ICodebaseNames names)
    {
        switch (hole)
        {
            case "{cleanup}":
                return OfFunction(style, form, argument, names);

            case "{releaser}":
                return Of(form, argument, null);

            case "{pointee}" or "{alias}" or "{type}":
                if (!form.Releasers.IsEmpty)
                {
                    var elements = form.Elements is { } other ? style.Form(other) : null;
                    return Of(form, form.Releasers[0], BroughtType(form, argument)) with { Given = elements is null ? null : PairOf(style, elements, argument, names) };
                }

                var pairs = PairOf(style, form, argument, names);
                return pairs is null ? null : Of(form, pairs, BroughtType(form, argument));

            default:
                return null;
        }
    }

    private static string? PairOf(Style style, ScopeForm form, string type, ICodebaseNames names) => form.Pairs.TryGetValue(type, out var paired)
        ? paired
        : Declared(style, form.DeclaredBy, names).FirstOrDefault(d => d.Type == CTypeText.Normal(type))?.Releaser;

    private ScopedRelease? OfFunction(Style style, ScopeForm form, string cleanup, ICodebaseNames names)
    {
        if (Declared(style, form.DeclaredBy, names).FirstOrDefault(d => d.Cleanup == cleanup) is { } declared)
            return Of(form, declared.Releaser, null) with { FailureTests = declared.FailureTests };

        if (form.Cleanup is null)
            return null;

        return OfFunction(cleanup, names);
    }

    /// <summary>A function that the codebase has, or that some style releases with.</summary>
    private bool IsKnown(string function, ICodebaseNames names) =>
        names.HasFunction(function)
        || _styles.Any(s => s.Scopes.Any(f => f.Releasers.Contains(function, StringComparer.Ordinal) || f.Pairs.Values.Contains(function, StringComparer.Ordinal)));

    private static ScopedRelease Of(ScopeForm form, string releaser, string? type) =>
        new(releaser, form.Guards, form.Value == ScopedValue.Structure, type);

    private static string? BroughtType(ScopeForm form, string? argument)
    {
        if (form.Text.Contains("{type}{name}", StringComparison.Ordinal))
            return null;

        if (argument is null)
            return form.Value == ScopedValue.Descriptor && !form.Text.Contains("int ", StringComparison.Ordinal) ? "int" : null;

        if (form.Text.Contains("{pointee}", StringComparison.Ordinal))
            return (form.BroughtType ?? "{pointee} *").Replace("{pointee}", argument, StringComparison.Ordinal);

        return argument;
    }

    /// <summary>What stands between the macro's parentheses in the form: a hole, or a fixed argument; null without parentheses.</summary>
    private static string? ArgumentOf(ScopeForm form)
    {
        var start = form.Text.IndexOf(form.Macro + "(", StringComparison.Ordinal);
        if (start < 0)
            return null;

        start += form.Macro!.Length + 1;
        return form.Text[start..form.Text.IndexOf(')', start)];
    }

    /// <summary>What stands in a template's hole: <c>{releaser}p</c> and <c>freep</c> give <c>free</c>.</summary>
    private static string? Inside(string template, string text)
    {
        const string hole = "{releaser}";
        var at = template.IndexOf(hole, StringComparison.Ordinal);
        if (at < 0)
            return null;

        var (prefix, suffix) = (template[..at], template[(at + hole.Length)..]);
        return text.Length > prefix.Length + suffix.Length
            && text.StartsWith(prefix, StringComparison.Ordinal) && text.EndsWith(suffix, StringComparison.Ordinal)
            ? text[prefix.Length..^suffix.Length]
            : null;
    }

    private static IEnumerable<DeclaredCleanup> Declared(Style style, IEnumerable<string> macros, ICodebaseNames names) =>
        from macro in macros
        from declaration in style.Declarations
        where declaration.Macro == macro
        from written in names.DeclarationsBy(macro)
        select DeclaredCleanup.Of(declaration, written) into declared
        where declared is not null
        select declared;
}
