using System.Collections.Immutable;
using MigrateCleanup.CSharp.Flow;
using MigrateCleanup.Engine.Flow;
using MigrateCleanup.Engine.Ownership;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Codebase;

/// <summary>
/// Reads functions of one tree of one compilation. A member is bound once, and the lambdas and local functions in it
/// are taken from the same operation. Used by one thread at a time.
/// </summary>
internal sealed class FunctionReader(string path, SemanticModel model, SymbolNames names, Catalogue catalogue)
{
    private readonly Dictionary<SyntaxNode, Member?> _members = [];

    public SemanticModel Model => model;

    /// <summary>The method whose body the model binds another one for; null when it binds what the compilation holds.</summary>
    public IMethodSymbol? InPlaceOf { get; init; }

    /// <summary>How much of a function the compiler cannot make sense of.</summary>
    public int ErrorsIn(FunctionSyntax syntax) =>
        MemberOf(syntax)?.Root.DescendantsAndSelf().Count(o => o is IInvalidOperation || o.Type is IErrorTypeSymbol) ?? int.MaxValue;

    private sealed record Member(IOperation Root, Captures Captures, Lazy<ExactTypes> ExactTypes, Dictionary<SyntaxNode, IOperation> Nested);

    public IMethodSymbol? MethodOf(SyntaxNode declaration) => declaration switch
    {
        _ when InPlaceOf is not null => InPlaceOf,
        BasePropertyDeclarationSyntax => (model.GetDeclaredSymbol(declaration) as IPropertySymbol)?.GetMethod,
        _ => model.GetDeclaredSymbol(declaration) as IMethodSymbol,
    };

    /// <summary>The function's graph, or the place and the reason why it has none.</summary>
    public (Function? Function, (SyntaxNode Place, string Reason)? Failure) Read(FunctionSyntax syntax)
    {
        try
        {
            return Lowered(syntax);
        }
        catch (NotExpressibleException failure)
        {
            return (null, (failure.Syntax, failure.Message));
        }
    }

    private (Function?, (SyntaxNode, string)?) Lowered(FunctionSyntax syntax)
    {
        var member = MemberOf(syntax);
        if (member is null || BodiesOf(syntax, member) is not { } found)
            return (null, (syntax.Declaration, "the compiler makes nothing of it"));

        var context = new LoweringContext(model, names, catalogue, member.Captures, member.ExactTypes);
        return (Lowering.Lower(path, syntax, found.Method, found.Bodies, context), null);
    }

    private Member? MemberOf(FunctionSyntax syntax)
    {
        if (!_members.TryGetValue(syntax.Member, out var member))
            _members.Add(syntax.Member, member = Bind(InPlaceOf is null ? syntax.Member : syntax.Body));

        return member;
    }

    private Member? Bind(SyntaxNode syntax)
    {
        if (model.GetOperation(syntax) is not { } root)
            return null;

        var nested = new Dictionary<SyntaxNode, IOperation>();
        foreach (var operation in root.DescendantsAndSelf())
        {
            if (operation is IAnonymousFunctionOperation or ILocalFunctionOperation)
                nested.TryAdd(operation.Syntax, operation);
        }

        return new Member(root, Captures.In(root), new(() => ExactTypes.In(root)), nested);
    }

    private (IMethodSymbol? Method, ImmutableArray<IOperation> Bodies)? BodiesOf(FunctionSyntax syntax, Member member)
    {
        if (syntax.IsNested)
        {
            return member.Nested.GetValueOrDefault(syntax.Declaration) switch
            {
                IAnonymousFunctionOperation lambda => (lambda.Symbol, [lambda.Body]),
                ILocalFunctionOperation { Body: { } body } local => (local.Symbol, [body]),
                _ => null,
            };
        }

        return member.Root switch
        {
            IMethodBodyBaseOperation { BlockBody: null, ExpressionBody: null } => null,
            IConstructorBodyOperation constructor =>
                (MethodOf(syntax.Declaration), [.. Present(constructor.Initializer), constructor.BlockBody ?? constructor.ExpressionBody!]),
            IMethodBodyBaseOperation body => (MethodOf(syntax.Declaration), [body.BlockBody ?? body.ExpressionBody!]),
            IBlockOperation block => (MethodOf(syntax.Declaration), [block]),
            _ => null,
        };
    }

    private static IEnumerable<IOperation> Present(IOperation? operation) => operation is null or { IsImplicit: true } ? [] : [operation];
}
