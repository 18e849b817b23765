using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.Immutable;
using MigrateCleanup.C.Flow;
using MigrateCleanup.C.Macros;
using MigrateCleanup.C.Own;
using MigrateCleanup.C.Styles;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;

namespace MigrateCleanup.C.Index;

/// <summary>What the lowering asks: the index of the codebase first, then what styles and catalogues know of libraries.</summary>
/// <param name="index">The codebase.</param>
/// <param name="styles">All styles: code is understood in each.</param>
/// <param name="own">The codebase's style, with what it adds to it; null where it has none.</param>
/// <param name="catalogue">What is known of calls.</param>
public sealed class CodeKnowledge(ProjectIndex index, StyleSet styles, Style? own, Catalogue catalogue) : ICodeKnowledge
{
    private MacroMeanings _meanings = new(index);
    private readonly ConcurrentDictionary<(string Word, string? Arguments), ScopeRelease?> _releases = [];
    private readonly ConcurrentDictionary<(string Macro, string? Argument), ScopeRelease?> _wrapped = [];
    private readonly ConcurrentDictionary<(string Macro, string Name), ScopedClass?> _classes = [];
    private readonly Lazy<FrozenDictionary<string, string>> _makers = new(() => ScopedClass.In(styles.Styles.SelectMany(s => s.Classes), index)
        .Where(m => m.Parameters is null).DistinctBy(m => m.Constructor).ToFrozenDictionary(m => m.Constructor, m => m.Type, StringComparer.Ordinal));

    private readonly FrozenDictionary<string, StealForm> _steals = styles.Styles.Concat(own is null ? [] : [own])
        .SelectMany(s => s.Steals)
        .SelectMany(s => new[] { s.Macro, s.ReturnMacro }.OfType<string>().Select(m => (Macro: m, Form: s)))
        .DistinctBy(s => s.Macro)
        .ToFrozenDictionary(s => s.Macro, s => s.Form, StringComparer.Ordinal);

    private Lazy<HashSet<string>> _neverReturning = new(() => NoReturnFunctions.Of(index, n => LibraryNeverReturns(n, index, catalogue)));

    /// <summary>The same of a codebase that has some clean-up declarations more: neither macros nor who returns depend on them.</summary>
    public CodeKnowledge With(ProjectIndex next) => new(next, styles, own, catalogue) { _meanings = _meanings, _neverReturning = _neverReturning };

    public LockGuards Guards { get; } = new(own is null ? styles.Styles : styles.Styles.Append(own));

    public bool IsNoReturn(string callee) => _neverReturning.Value.Contains(callee) || LibraryNeverReturns(callee, index, catalogue);

    /// <summary>A codebase's own <c>err</c>, function or macro, is not the library's, unless it stands in for that: what it does, its body says.</summary>
    private static bool LibraryNeverReturns(string callee, ProjectIndex index, Catalogue catalogue) =>
        catalogue.NeverReturns(new Callee(callee))
        && !index.Function(callee).Any(f => f.IsDefined)
        && (MacroShapes.IsNamedLikeMacro(callee) || index.Macros(callee).All(m => m.IsFallback));

    public bool IsFunction(string name) => index.HasFunction(name);

    public string? ReturnType(string function) => index.ReturnTypeOf(function);

    public NamedValue? ValueOf(string name) =>
        OwnValueOf(name) is { } own && (own.Value is not null || catalogue.ValueOf(name) is null) ? own
        : catalogue.ValueOf(name) is { } known ? new NamedValue(known)
        : null;

    private NamedValue? OwnValueOf(string name)
    {
        if (index.Macros(name) is not [{ IsFunctionLike: false } first, .. var others])
            return index.Enumerator(name) is { } enumerator ? new NamedValue(enumerator.Value) : null;

        if (first.Literal is { } literal)
            return new NamedValue(others.All(o => o.Literal == literal) ? Number(literal) : null);

        return !first.Jumps && first.Calls.IsEmpty && first.Replacement.Length > 0 ? new NamedValue(null) : null;
    }

    public MacroMeaning? MacroOf(string name) => _meanings.Of(name, IsNoReturn);

    public string? MadeBy(string name) => _makers.Value.GetValueOrDefault(name);

    public ScopedClass? ClassOf(SpecifiersNode specifiers)
    {
        if (specifiers.WrapperMacro is not { } wrapper)
            return null;

        var name = wrapper.Argument.Split(',')[0].Trim();
        return _classes.GetOrAdd((wrapper.Name, name), w => (
            from form in styles.Styles.SelectMany(s => s.Classes)
            where form.Macro == w.Macro
            from written in index.DeclarationsBy(form.DeclaredBy)
            where written.Arguments is [var named, ..] && named.Trim() == w.Name
            select ScopedClass.Of(form, written, index)).FirstOrDefault());
    }

    public ScopeRelease? ScopeReleaseOf(SpecifiersNode specifiers, DeclaratorNode declarator)
    {
        if (ClassOf(specifiers) is { } made)
            return Released(new ScopedRelease(made.Releaser, made.Guards, made.PassesAddress, made.Type));

        if (specifiers.WrapperMacro is { } wrapper
            && _wrapped.GetOrAdd((wrapper.Name, wrapper.Argument), w => Released(styles.Spellings.Of(w.Macro, w.Argument, index))) is { } wrapped)
        {
            return wrapped;
        }

        foreach (var word in specifiers.Words.Concat(declarator.Attributes))
        {
            if (_releases.GetOrAdd((word.Name, word.Arguments), w => ReleaseOf(w.Word, w.Arguments, 0)) is { } release)
                return release;
        }

        return UnseenOf(specifiers, declarator);
    }

    private ScopeRelease? UnseenOf(SpecifiersNode specifiers, DeclaratorNode declarator)
    {
        if (specifiers.WrapperMacro is { } wrapper)
            return Released(styles.Spellings.Unseen(wrapper.Name, wrapper.Argument));

        return specifiers.Words.Concat(declarator.Attributes)
            .Select(w => Released(styles.Spellings.Unseen(w.Name, w.Arguments)))
            .FirstOrDefault(r => r is not null);
    }

    public ClearingForm? ClearingOf(string call) => styles.Spellings.Clearing(call);

    public StealForm? StealOf(string call) => _steals.GetValueOrDefault(call);

    public bool IsStatic(SpecifiersNode specifiers) => specifiers.Has("static")
        || specifiers.Words.Any(w => index.Macros(w.Name).Any(m => m.Replacement.Contains("static", StringComparison.Ordinal) && CWords.Of(m.Replacement).Contains("static")));

    public bool IsPointer(string type) => index.IsPointer(type);

    private ScopeRelease? ReleaseOf(string word, string? arguments, int depth)
    {
        const int Deepest = 8;
        if (word is "__attribute__" or "__attribute" or "gnu::cleanup")
            return arguments is { } text && CleanupAttribute.FunctionIn(text) is { } function ? Released(styles.Spellings.OfFunction(function, index)) : null;

        // What a codebase's macro does by its own words comes before what a style says of the name.
        if (arguments is null && OwnScopes.FunctionOf(word, index) is { } cleanup)
            return Released(styles.Spellings.OfFunction(cleanup, index));

        if (styles.Spellings.Of(word, arguments, index) is { } known)
            return Released(known);

        // A macro of the codebase's own: what it stands for is looked at in its place.
        if (depth == Deepest || index.Macros(word) is not [var macro, ..])
            return null;

        var replacement = macro.Replacement;
        if (macro.IsFunctionLike && macro.Parameters is [var parameter] && arguments is not null)
            replacement = Substituted(replacement, parameter, arguments.Trim());

        foreach (var inner in SpecifierWords(replacement))
        {
            if (ReleaseOf(inner.Name, inner.Arguments, depth + 1) is { } release)
                return release;
        }

        return null;
    }

    /// <summary>
    /// Where the releaser minds the empty value and the scope tests for it, the test is an event of the graph; where
    /// nobody tests, the releaser is called with whatever there is.
    /// </summary>
    private ScopeRelease? Released(ScopedRelease? release) => release is null
        ? null
        : new ScopeRelease(release.Releaser, !release.Guards || (IgnoresEmpty(release.Releaser) && !IsDescriptor(release.Releaser)))
        {
            PassesAddress = release.PassesAddress,
            Given = release.Given,
            FailureTests = release.FailureTests,
            IsDescriptor = IsDescriptor(release.Releaser),
        };

    private bool IgnoresEmpty(string releaser) => EffectOf(releaser)?.Releaser is { IgnoresEmpty: true };

    private bool IsDescriptor(string releaser) => EffectOf(releaser)?.Resource is { Empty.Value: long };

    private Effect? EffectOf(string releaser) =>
        catalogue.EffectsOf(new Callee(releaser)).FirstOrDefault(e => e.Kind == EffectKind.Release);

    private static object? Number(string literal)
    {
        var isNegative = literal.StartsWith('-');
        var node = new LiteralNode(default, literal is ['"', ..] ? LiteralKind.String : literal is ['\'', ..] ? LiteralKind.Character : LiteralKind.Number, literal.TrimStart('-'));
        return Literals.ValueOf(node) switch
        {
            Constant { Value: long value } => isNegative ? -value : value,
            Constant { Value: double value } => isNegative ? -value : value,
            Constant { Value: var value } => value,
            _ => null,
        };
    }

    private static string Substituted(string replacement, string parameter, string argument)
    {
        var result = new System.Text.StringBuilder();
        foreach (var token in CLexer.Lex(replacement))
        {
            var text = replacement.AsSpan(token.Start, token.Length);
            if (token.Kind == TokenKind.Identifier && text.SequenceEqual(parameter))
                result.Append(argument);
            else
                result.Append(text);
        }

        return result.Replace("##", "").ToString();
    }

    /// <summary>The words of a specifier list, with their parenthesised arguments.</summary>
    private static IEnumerable<(string Name, string? Arguments)> SpecifierWords(string text)
    {
        var tokens = CLexer.Lex(text).Where(t => !t.IsTrivia).ToList();
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Kind != TokenKind.Identifier)
                continue;

            var name = text.Substring(tokens[i].Start, tokens[i].Length);
            if (i + 1 >= tokens.Count || text[tokens[i + 1].Start] != '(')
            {
                yield return (name, null);
                continue;
            }

            var depth = 0;
            var end = i + 1;
            for (; end < tokens.Count; end++)
            {
                depth += text[tokens[end].Start] switch
                {
                    '(' => 1,
                    ')' => -1,
                    _ => 0,
                };
                if (depth == 0)
                    break;
            }

            var last = Math.Min(end, tokens.Count - 1);
            yield return (name, text[tokens[i + 1].End..tokens[last].Start]);
            i = last;
        }
    }
}
