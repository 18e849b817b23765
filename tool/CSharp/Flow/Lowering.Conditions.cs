using MigrateCleanup.Engine.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

// Decisions: conditions with short circuits become branches, patterns a chain of tests.
internal sealed partial class Lowering
{
    /// <summary>Ends the current block with a decision.</summary>
    private void Condition(IOperation condition, Block whenTrue, Block whenFalse, Denial? denial = null)
    {
        CheckStack();
        switch (condition)
        {
            case { ConstantValue: { HasValue: true, Value: bool known } }:
                Connect(_current, known ? whenTrue : whenFalse);
                return;
            case IParenthesizedOperation parenthesized:
                Condition(parenthesized.Operand, whenTrue, whenFalse, denial);
                return;
            case IUnaryOperation { OperatorKind: UnaryOperatorKind.Not, OperatorMethod: null, Operand: var operand }:
                Condition(operand, whenFalse, whenTrue, new Denial(denial?.Whole ?? OriginOf(condition), denial is not { IsOdd: true }));
                return;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalAnd, OperatorMethod: null } and:
                var second = NewBlock();
                Condition(and.LeftOperand, second, whenFalse);
                _current = second;
                Condition(and.RightOperand, whenTrue, whenFalse);
                return;
            case IBinaryOperation { OperatorKind: BinaryOperatorKind.ConditionalOr, OperatorMethod: null } or:
                var other = NewBlock();
                Condition(or.LeftOperand, whenTrue, other);
                _current = other;
                Condition(or.RightOperand, whenTrue, whenFalse);
                return;
            case IConditionalOperation { WhenFalse: { } otherwise } conditional:
                var first = NewBlock();
                var last = NewBlock();
                Condition(conditional.Condition, first, last);
                _current = first;
                Condition(conditional.WhenTrue, whenTrue, whenFalse);
                _current = last;
                Condition(otherwise, whenTrue, whenFalse);
                return;
            case IIsPatternOperation isPattern:
                var subject = KeptThrough(Value(isPattern.Value), isPattern.Value, isPattern.Pattern);
                Pattern(isPattern.Pattern, subject, OriginOf(isPattern), whenTrue, whenFalse);
                return;
        }

        Decide(OriginOf(condition), Value(condition), whenTrue, whenFalse, denial);
    }

    private void Decide(Origin origin, Expression value, Block whenTrue, Block whenFalse, Denial? denial = null)
    {
        if (value is Constant { Value: bool known })
            Connect(_current, known ? whenTrue : whenFalse);
        else
            _graph.Branch(_current, origin, value, whenTrue, whenFalse, denial: denial);
    }

    /// <summary>A condition as a value: a temporary that the two ways set.</summary>
    private Expression Truth(IOperation condition)
    {
        var whenTrue = NewBlock();
        var whenFalse = NewBlock();
        Condition(condition, whenTrue, whenFalse);
        var result = NewTemporary(condition.Type);
        Join(condition, result, (whenTrue, () => new Constant(true)), (whenFalse, () => new Constant(false)));
        return new Read(result);
    }

    /// <summary>Several ways to one value: each starts at its block and sets the temporary.</summary>
    private void Join(IOperation owner, Local? result, params ReadOnlySpan<(Block Start, Func<Expression?> Value)> ways)
    {
        var after = NewBlock();
        foreach (var (start, value) in ways)
        {
            _current = start;
            if (value() is { } computed && result is not null)
                Emit(new Store(OriginOf(owner), result, computed));

            Connect(_current, after);
        }

        _current = after;
    }

    /// <summary>Ends the current block with the test of a pattern, whose variables are set where it holds.</summary>
    private void Pattern(IPatternOperation pattern, Expression value, Origin origin, Block whenTrue, Block whenFalse)
    {
        CheckStack();
        switch (pattern)
        {
            case IDiscardPatternOperation:
                Connect(_current, whenTrue);
                return;
            case IConstantPatternOperation constant:
                Decide(origin, new Operation("==", value, Value(constant.Value)), whenTrue, whenFalse);
                return;
            case IRelationalPatternOperation relational:
                Decide(origin, new Operation(Operators.Of(relational.OperatorKind), value, Value(relational.Value)), whenTrue, whenFalse);
                return;
            case INegatedPatternOperation { Pattern: IConstantPatternOperation negated }:
                Decide(origin, new Operation("!=", value, Value(negated.Value)), whenTrue, whenFalse);
                return;
            case INegatedPatternOperation negated:
                Pattern(negated.Pattern, value, origin, whenFalse, whenTrue);
                return;
            case IBinaryPatternOperation { OperatorKind: BinaryOperatorKind.And } and:
                var second = NewBlock();
                Pattern(and.LeftPattern, value, origin, second, whenFalse);
                _current = second;
                Pattern(and.RightPattern, value, origin, whenTrue, whenFalse);
                return;
            case IBinaryPatternOperation or:
                var other = NewBlock();
                Pattern(or.LeftPattern, value, origin, whenTrue, other);
                _current = other;
                Pattern(or.RightPattern, value, origin, whenTrue, whenFalse);
                return;
            case ITypePatternOperation type:
                TestType(value, type.MatchedType, type.InputType, origin, whenTrue, whenFalse);
                return;
            case IDeclarationPatternOperation declaration:
                var matched = NewBlock();
                if (declaration.MatchesNull)
                    Connect(_current, matched);
                else
                    TestType(value, declaration.MatchedType ?? declaration.InputType, declaration.InputType, origin, matched, whenFalse);

                _current = matched;
                Bind(declaration, declaration.DeclaredSymbol, Narrowed(value, declaration.InputType, declaration.MatchedType));
                Connect(_current, whenTrue);
                return;
            case IRecursivePatternOperation recursive when recursive.DeconstructSymbol is null && recursive.DeconstructionSubpatterns.IsEmpty:
                Recursive(recursive, value, origin, whenTrue, whenFalse);
                return;
        }

        Opaque(pattern, value, origin, whenTrue, whenFalse);
    }

    private void Recursive(IRecursivePatternOperation pattern, Expression value, Origin origin, Block whenTrue, Block whenFalse)
    {
        var matched = NewBlock();
        TestType(value, pattern.MatchedType, pattern.InputType, origin, matched, whenFalse);
        _current = matched;
        var subject = Narrowed(value, pattern.InputType, pattern.MatchedType);
        foreach (var property in pattern.PropertySubpatterns)
        {
            var next = NewBlock();
            Pattern(property.Pattern, MemberOf(property.Member, subject), origin, next, whenFalse);
            _current = next;
        }

        Bind(pattern, pattern.DeclaredSymbol, subject);
        Connect(_current, whenTrue);
    }

    /// <summary>The member that a property pattern looks at; its receiver is the subject of the pattern.</summary>
    private Expression MemberOf(IOperation member, Expression subject)
    {
        _implicitReceivers.Push((subject, ReadOf(subject)));
        var value = Kept(Value(member), member);
        _implicitReceivers.Pop();
        return value;
    }

    private void TestType(Expression value, ITypeSymbol matched, ITypeSymbol input, Origin origin, Block whenTrue, Block whenFalse)
    {
        var isSame = _context.Model.Compilation is CSharpCompilation compilation && compilation.ClassifyConversion(input, matched) is { IsIdentity: true } or { IsImplicit: true, IsReference: true };
        if (!isSame)
            _graph.Branch(_current, origin, new Operation("is " + _context.Names.Type(matched), value), whenTrue, whenFalse);
        else if (input.IsValueType && input.OriginalDefinition.SpecialType != SpecialType.System_Nullable_T)
            Connect(_current, whenTrue);
        else
            Decide(origin, new Operation("!=", value, Constant.Null), whenTrue, whenFalse);
    }

    private Expression Narrowed(Expression value, ITypeSymbol input, ITypeSymbol? matched) =>
        matched is null || SymbolEqualityComparer.Default.Equals(input, matched) || (input.IsReferenceType && matched.IsReferenceType)
            ? value
            : Converted(value, matched);

    private void Bind(IOperation pattern, ISymbol? declared, Expression value)
    {
        if (declared is ILocalSymbol local)
            Emit(new Store(OriginOf(pattern), LocalOf(local), value) { IsInitialiser = true });
        else if (declared is not null)
            throw Inexpressible(pattern);
    }

    /// <summary>A pattern that looks into lists or takes apart: one test of unknown meaning, which may call anything.</summary>
    private void Opaque(IPatternOperation pattern, Expression value, Origin origin, Block whenTrue, Block whenFalse)
    {
        var matches = NewTemporary(_context.Model.Compilation.GetSpecialType(SpecialType.System_Boolean));
        Emit(new Call(origin, new Callee("pattern " + pattern.Syntax), [new Argument(value)], matches) { MayThrow = true });
        var matched = NewBlock();
        _graph.Branch(_current, origin, new Read(matches), matched, whenFalse);
        _current = matched;
        foreach (var part in pattern.DescendantsAndSelf())
        {
            var declared = part switch
            {
                IDeclarationPatternOperation p => p.DeclaredSymbol,
                IRecursivePatternOperation p => p.DeclaredSymbol,
                IListPatternOperation p => p.DeclaredSymbol,
                _ => null,
            };
            if (declared is not null)
                Bind(part, declared, new Operation($"?{declared.Name} of {pattern.Syntax}", new Read(matches), value));
        }

        Connect(_current, whenTrue);
    }

    private Expression SwitchExpression(ISwitchExpressionOperation operation)
    {
        var value = KeptThrough(Value(operation.Value), operation.Value, [.. operation.Arms.Select(a => a.Guard)]);
        var result = NewTemporary(operation.Type);
        var after = NewBlock();
        foreach (var arm in operation.Arms)
        {
            var next = NewBlock();
            InScope(arm, arm.Locals, () =>
            {
                var matched = NewBlock();
                Pattern(arm.Pattern, value, OriginOf(arm), matched, next);
                _current = matched;
                if (arm.Guard is { } guard)
                {
                    var guarded = NewBlock();
                    Condition(guard, guarded, next);
                    _current = guarded;
                }

                Emit(new Store(OriginOf(arm), result, Value(arm.Value)));
            });
            Connect(_current, after);
            _current = next;
        }

        if (_current.Predecessors.Length > 0)
            EmitThrow(OriginOf(operation), new Operation("?no arm matches"), isImplied: true);

        _current = after;
        return new Read(result);
    }
}
