using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using MigrateCleanup.Engine.Text;

namespace MigrateCleanup.CSharp.Spelling;

using TextSpan = Engine.Text.TextSpan;

/// <summary>
/// Takes the declarations of variables out of a run of statements that gets a block of its own, where they are named
/// behind it.
/// <code>
///                     int n;
/// int n = A(x);       using (...)
/// Close(x);      →    {
/// B(n);                   n = A(x);
///                     }
///                     B(n);
/// </code>
/// One whose first value is a constant moves as it is.
/// </summary>
internal sealed class Hoisting(SpelledFunction function)
{
    /// <summary>More of them read worse than what was there before.</summary>
    private const int Most = 2;

    private readonly EditPlan _plan = function.Plan;

    /// <summary>
    /// The lines that declare, behind the head's indentation, what is named behind the run; empty when nothing is, null when it
    /// cannot be taken out.
    /// </summary>
    public IReadOnlyList<string>? Take(IReadOnlyList<StatementSyntax> list, int first, int last)
    {
        var crossing = StatementLists.NamedBehind(list, first, last, _plan);
        if (crossing.Count == 0)
            return [];

        if (crossing.Count > Most)
            return null;

        var declarations = list.Skip(first).Take(last - first + 1).OfType<LocalDeclarationStatementSyntax>().ToList();
        var lines = new List<string>();
        foreach (var name in crossing)
        {
            var declaration = declarations.Find(d => d.Declaration.Variables is [var v] && v.Identifier.ValueText == name);
            if (declaration is null || TypeOf(declaration) is not { } type)
                return null;

            lines.Add(MovesWhole(declaration) ? declaration.ToString() : $"{type} {Names.Written(name)};");
        }

        foreach (var name in crossing)
            Detach(declarations.Find(d => d.Declaration.Variables[0].Identifier.ValueText == name)!);

        return lines;
    }

    /// <summary>Where the run may begin as well: declarations at its beginning that would be taken out whole stay where they are.</summary>
    public int BehindDeclarations(IReadOnlyList<StatementSyntax> list, int first, int last)
    {
        var crossing = StatementLists.NamedBehind(list, first, last, _plan);
        while (first < last && list[first] is LocalDeclarationStatementSyntax { Declaration.Variables: [var variable] } declaration
            && crossing.Contains(variable.Identifier.ValueText) && (variable.Initializer is null || MovesWhole(declaration)))
            first++;

        return first;
    }

    /// <summary>A first value that is a constant, given when nothing has run yet that could tell, moves with its variable.</summary>
    private bool MovesWhole(LocalDeclarationStatementSyntax declaration) =>
        declaration.Declaration.Variables[0].Initializer is { Value: var value }
        && function.Model.GetConstantValue(value).HasValue
        && function.Layout.IsOnOneLine(declaration)
        && !declaration.GetTrailingTrivia().Concat(declaration.DescendantTrivia(declaration.Span)).Any(SourceLayout.IsComment);

    private void Detach(LocalDeclarationStatementSyntax declaration)
    {
        var variable = declaration.Declaration.Variables[0];
        if (variable.Initializer is null || MovesWhole(declaration))
            _plan.Remove(declaration);
        else
            _plan.Edit(declaration, TextEdit.Delete(TextSpan.FromBounds(declaration.SpanStart, variable.SpanStart)));
    }

    /// <summary>The type as it can be written here; null where the declaration cannot be split.</summary>
    private string? TypeOf(LocalDeclarationStatementSyntax declaration)
    {
        var type = declaration.Declaration.Type;
        if (declaration.IsConst || declaration.UsingKeyword.RawKind != 0 || type is RefTypeSyntax
            || declaration.Declaration.Variables[0].Initializer is { Value: InitializerExpressionSyntax or StackAllocArrayCreationExpressionSyntax })
        {
            return null;
        }

        if (!type.IsVar)
            return type.ToString();

        var variable = declaration.Declaration.Variables[0];
        if (function.Model.GetDeclaredSymbol(variable) is not ILocalSymbol { Type: { IsAnonymousType: false, TypeKind: not TypeKind.Error } inferred } local)
            return null;

        var written = IsNeverNull(variable, local, StatementLists.ParentOf(declaration)!) ? inferred.WithNullableAnnotation(NullableAnnotation.NotAnnotated) : inferred;
        return written.ToMinimalDisplayString(function.Model, declaration.SpanStart);
    }

    /// <summary>What <c>var</c> says may be null in case something is assigned later; nothing is, and its first value is none.</summary>
    private bool IsNeverNull(VariableDeclaratorSyntax variable, ILocalSymbol local, SyntaxNode block) =>
        local.Type is { IsReferenceType: true, NullableAnnotation: NullableAnnotation.Annotated }
        && variable.Initializer is { Value: var value }
        && function.Model.GetTypeInfo(value).Nullability.FlowState == NullableFlowState.NotNull
        && block.DescendantNodes().OfType<IdentifierNameSyntax>().All(n =>
            n.Identifier.ValueText != local.Name || !MayAssign(n));

    private static bool MayAssign(IdentifierNameSyntax name) => name.Parent switch
    {
        AssignmentExpressionSyntax assignment => assignment.Left == name,
        ArgumentSyntax argument => argument.RefKindKeyword.RawKind != 0 || argument.Parent is TupleExpressionSyntax,
        RefExpressionSyntax => true,
        _ => false,
    };
}
