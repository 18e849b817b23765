using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Languages;
using MigrateCleanup.Engine.Ownership;
using MigrateCleanup.Engine.Rules;

namespace MigrateCleanup.CSharp.Spelling;

/// <summary>
/// A <see cref="ScopeLocal"/> or <see cref="HoldLock"/> as it stands in the text: the declaration, the statements that
/// acquire, and those that go. The choice of a form depends on this alone.
/// </summary>
internal sealed record ScopedText
{
    /// <summary>The variable that owns; null for a lock, which no variable owns.</summary>
    public string? Name { get; init; }

    /// <summary>What the head of a scope holds, as it is written: the variable, or its value if that is of a certain type, or if it is to be released.</summary>
    public string Held => ByType?.Text ?? Question?.Held ?? Names.Written(Name!);

    /// <summary>The question for the type by which the value is released.</summary>
    public AskedType? ByType { get; init; }

    /// <summary>The question that decides whether it is released at all, where it is settled before the scope begins.</summary>
    public SettledQuestion? Question { get; init; }

    /// <summary>The variable's declaration, where it is a statement of its own.</summary>
    public VariableDeclaratorSyntax? Declarator { get; init; }

    /// <summary>It holds a reference, so that null means nothing.</summary>
    public bool IsReference { get; init; }

    /// <summary>The list of statements in which the variable is visible, or in which the lock is entered.</summary>
    public required SyntaxNode Home { get; init; }

    public required Resource Resource { get; init; }

    public required Releaser Releaser { get; init; }

    /// <summary>The scope may reach to the end of its block: nothing there can tell.</summary>
    public required bool ReachesBlockEnd { get; init; }

    /// <summary>The statements that acquire, in text order; the declaration itself when its initialiser does.</summary>
    public required ImmutableArray<StatementSyntax> Acquisitions { get; init; }

    /// <summary>The statements that release, in text order, each with the guard around it if it guards nothing else.</summary>
    public required ImmutableArray<StatementSyntax> Releases { get; init; }

    /// <summary>The releasing calls by themselves, without guards, in text order.</summary>
    public required ImmutableArray<StatementSyntax> Calls { get; init; }

    /// <summary>Everything that goes: the releases, and the statements that only cleared the variable.</summary>
    public required ImmutableArray<StatementSyntax> Going { get; init; }

    /// <summary>The variable stays as it is declared, and the scope holds it by name.</summary>
    public bool KeepsVariable { get; init; }

    /// <summary>The scope takes the place of the <c>try</c> whose <c>finally</c> releases.</summary>
    public bool TakesTry { get; init; }

    /// <summary>The statement that the scope begins with, where that is not the one behind the acquisition.</summary>
    public StatementSyntax? From { get; init; }

    /// <summary>The release must ask whether there is anything; no release here does.</summary>
    public bool MayBeEmpty { get; init; }

    /// <summary>The variable that only says whether a lock was taken; it goes.</summary>
    public VariableDeclaratorSyntax? Flag { get; init; }

    /// <summary>What is locked.</summary>
    public ExpressionSyntax? Locked { get; init; }

    /// <summary>The word that begins a scope of a disposable.</summary>
    public string Keyword => Releaser.Callee.EndsWith(".DisposeAsync", StringComparison.Ordinal) ? "await using" : "using";

    /// <summary>What stands behind the variable where its release says how its end is waited for: <c>.ConfigureAwait(false)</c>.</summary>
    public string Awaiting { get; init; } = "";

    public LocalDeclarationStatementSyntax? Declaration => Declarator?.Parent?.Parent as LocalDeclarationStatementSyntax;

    /// <summary>The places where the variable is named, apart from what goes.</summary>
    public IEnumerable<IdentifierNameSyntax> Uses => Name is null ? [] : Names.Of(Home, Name).Where(n => !Goes(n));

    public bool Goes(SyntaxNode node) => Going.Any(g => g.Span.Contains(node.Span));

    public static (ScopedText? Text, Refusal? Refusal) Of(ScopeLocal change)
    {
        if (change.TakesTry)
            return OfTry(change);

        var declarator = DeclaratorOf(change.Local);
        var home = declarator?.Parent?.Parent is LocalDeclarationStatementSyntax declaration
            ? StatementLists.ParentOf(declaration)
            : (change.Local.Declaration.Syntax as SyntaxNode)?.FirstAncestorOrSelf<StatementSyntax>() is { } declaring ? StatementLists.ParentOf(declaring) : null;
        if (home is null || StatementLists.StatementsOf(home) is null)
            return (null, CommonRefusals.DeclarationShape);

        return Of(change.Acquisitions, change.Releases.Cast<Event>().Concat(change.Clearings), new ScopedText
        {
            Name = change.Local.Name,
            Declarator = declarator,
            IsReference = !change.Local.IsValueType && change.Resource.Empty.Equals(Constant.Null),
            Home = home,
            Resource = change.Resource,
            Releaser = change.Releaser,
            ReachesBlockEnd = change.Extent == ScopeExtent.Block,
            KeepsVariable = change.KeepsVariable,
            From = (change.From?.Syntax as SyntaxNode)?.FirstAncestorOrSelf<StatementSyntax>(),
            MayBeEmpty = change.MayBeEmpty,
            Acquisitions = [],
            Releases = [],
            Calls = [],
            Going = [],
        });
    }

    private static (ScopedText? Text, Refusal? Refusal) OfTry(ScopeLocal change)
    {
        var attempt = (change.Releases[0].Origin.Syntax as SyntaxNode)?.FirstAncestorOrSelf<FinallyClauseSyntax>()?.Parent;
        if (attempt is null || StatementLists.ParentOf(attempt) is not { } home || StatementLists.StatementsOf(home) is null)
            return (null, CommonRefusals.StatementWorks);

        // An assignment that cannot throw leaves no trace in the graph of where the try begins.
        if (Names.IsAssigned(attempt, change.Local.Name, change.Clearings.Select(StatementOf)))
            return (null, SpellingRefusals.ScopeCrossed);

        var byType = change.IsByType ? AskedType.Of(change.Releases[0].Origin.Syntax as SyntaxNode) : null;
        if (change.IsByType && byType is null)
            return (null, CommonRefusals.StatementWorks);

        var question = change.IsDecidedAhead ? SettledQuestion.Of(StatementOf(change.Releases[0]), change.Local.Name) : null;
        if (change.IsDecidedAhead && question is null)
            return (null, CommonRefusals.StatementWorks);

        if (question?.Names.Any(n => Names.IsAssigned(attempt, n, [])) == true)
            return (null, SpellingRefusals.ScopeCrossed);

        return Of([], change.Releases.Cast<Event>().Concat(change.Clearings), new ScopedText
        {
            Name = change.Local.Name,
            ByType = byType,
            Question = question,
            IsReference = true,
            Home = home,
            Resource = change.Resource,
            Releaser = change.Releaser,
            ReachesBlockEnd = false,
            KeepsVariable = true,
            TakesTry = true,
            Acquisitions = [],
            Releases = [],
            Calls = [],
            Going = [],
        });
    }

    public static (ScopedText? Text, Refusal? Refusal) Of(HoldLock change)
    {
        if (StatementOf(change.Enter) is not { } entering || StatementLists.ParentOf(entering) is not { } home || StatementLists.StatementsOf(home) is null)
            return (null, CommonRefusals.StatementWorks);

        return Of([change.Enter], change.Exits, new ScopedText
        {
            Home = home,
            Resource = change.Resource,
            Releaser = change.Releaser,
            ReachesBlockEnd = change.Extent == ScopeExtent.Block,
            Flag = change.Flag is { } flag ? DeclaratorOf(flag) : null,
            Acquisitions = [],
            Releases = [],
            Calls = [],
            Going = [],
            Locked = (change.Enter.Origin.Syntax as SyntaxNode)?.FirstAncestorOrSelf<InvocationExpressionSyntax>() switch
            {
                { ArgumentList.Arguments: [var given, ..] } => given.Expression,
                { Expression: MemberAccessExpressionSyntax { Expression: var receiver } } => receiver,
                _ => null,
            },
        });
    }

    private static (ScopedText? Text, Refusal? Refusal) Of(IEnumerable<Event> acquiring, IEnumerable<Event> ending, ScopedText text)
    {
        var acquisitions = acquiring.Select(StatementOf).Distinct().ToList();
        if (acquisitions.Contains(null) || (acquisitions.Count == 0 && !text.TakesTry))
            return (null, CommonRefusals.StatementWorks);

        var going = new HashSet<StatementSyntax>();
        var releases = new List<StatementSyntax>();
        foreach (var @event in ending)
        {
            // The empty initialiser of a declaration is the form's business.
            if (@event is Store { IsInitialiser: true })
                continue;

            if (StatementOf(@event) is not ExpressionStatementSyntax statement)
                return (null, CommonRefusals.StatementWorks);

            going.Add(statement);
            if (@event is Call)
                releases.Add(statement);
        }

        if (AwaitingOf(releases) is not { } awaiting)
            return (null, CommonRefusals.StatementWorks);

        if (text.ByType?.Declaration is { } declaration)
            going.Add(declaration);

        Guards.Widen(going, text.ByType?.Variable ?? text.Name);
        if (text.Question?.Asked is { } asked)
        {
            going.RemoveWhere(s => asked.Span.Contains(s.Span));
            going.Add(asked);
        }

        if (awaiting.Length > 0 && going.Any(g => g is IfStatementSyntax))
            return (null, SpellingRefusals.AsksFirst);

        return (text with
        {
            Awaiting = awaiting,
            KeepsVariable = text.KeepsVariable || awaiting.Length > 0,
            Acquisitions = [.. acquisitions.OfType<StatementSyntax>().OrderBy(a => a.SpanStart)],
            Releases = [.. releases.Select(r => going.First(g => g.Span.Contains(r.Span))).Distinct().OrderBy(r => r.SpanStart)],
            Calls = [.. releases.Distinct().OrderBy(r => r.SpanStart)],
            Going = [.. going.OrderBy(s => s.SpanStart)],
        }, null);
    }

    /// <summary>How the releases are waited for; null where they do not agree.</summary>
    private static string? AwaitingOf(IReadOnlyCollection<StatementSyntax> releases)
    {
        var found = releases.Select(AwaitingOf).Distinct().ToList();
        return found.Count == 1 ? found[0] : found.Count == 0 ? "" : null;
    }

    private static string AwaitingOf(StatementSyntax release) =>
        release is ExpressionStatementSyntax
        {
            Expression: AwaitExpressionSyntax
            {
                Expression: InvocationExpressionSyntax
                {
                    Expression: MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ConfigureAwait", Expression: InvocationExpressionSyntax } configured,
                    ArgumentList: var arguments,
                },
            },
        }
            ? $".{configured.Name}{arguments}"
            : "";

    private static StatementSyntax? StatementOf(Event @event) =>
        (@event.Origin.Syntax as SyntaxNode)?.FirstAncestorOrSelf<StatementSyntax>();

    private static VariableDeclaratorSyntax? DeclaratorOf(Local local) => local.Declaration.Syntax switch
    {
        LocalDeclarationStatementSyntax { UsingKeyword.RawKind: 0 } statement =>
            statement.Declaration.Variables.FirstOrDefault(v => v.Identifier.ValueText == local.Name),
        SyntaxNode node => node.FirstAncestorOrSelf<VariableDeclaratorSyntax>(),
        _ => null,
    };
}
