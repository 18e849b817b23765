using System.Collections.Immutable;
using MigrateCleanup.Engine.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

internal sealed partial class Lowering
{
    private void Loop(ILoopOperation loop)
    {
        var exit = NewBlock();
        var next = NewBlock();
        _targets[loop.ExitLabel] = new Target(exit, _frames);
        _targets[loop.ContinueLabel] = new Target(next, _frames);
        switch (loop)
        {
            case IWhileLoopOperation @while:
                While(@while, next, exit);
                break;
            case IForLoopOperation @for:
                For(@for, next, exit);
                break;
            case IForEachLoopOperation forEach:
                ForEach(forEach, next, exit);
                break;
            default:
                throw Inexpressible(loop);
        }

        _current = exit;
    }

    private void While(IWhileLoopOperation loop, Block next, Block exit)
    {
        var body = NewBlock();
        if (loop.ConditionIsTop)
        {
            StartAt(next);
            Turn(loop, loop.Locals, next, exit, () => Test(loop.Condition, body, exit), () => Statement(loop.Body), body);
            return;
        }

        // The condition of a `do` stands behind the body, outside its scope.
        StartAt(body);
        Statement(loop.Body);
        StartAt(next);
        InScope(loop, loop.Locals, () =>
        {
            var again = NewBlock();
            var done = NewBlock();
            Test(loop.Condition, again, done);
            _current = again;
            LeaveTo(_targets[loop.ContinueLabel].Frame);
            Connect(_current, body);
            _current = done;
        });
        Connect(_current, exit);
    }

    private void For(IForLoopOperation loop, Block next, Block exit)
    {
        InScope(loop, loop.Locals, () =>
        {
            // Inside the loop variable's scope: a continue stays in it, a break leaves it.
            _targets[loop.ContinueLabel] = new Target(next, _frames);
            foreach (var statement in loop.Before)
                Statement(statement);

            var test = NewBlock();
            var body = NewBlock();
            var done = NewBlock();
            StartAt(test);
            Turn(loop.Body, loop.ConditionLocals, next, done, () => Test(loop.Condition, body, done), () => Statement(loop.Body), body);
            _current = next;
            foreach (var statement in loop.AtLoopBottom)
                Statement(statement);

            Connect(_current, test);
            _current = done;
        });
        Connect(_current, exit);
    }

    /// <summary>
    /// One turn of a loop with its test at the top: variables that the test declares live through the turn.
    /// </summary>
    private void Turn(IOperation owner, ImmutableArray<ILocalSymbol> locals, Block next, Block exit, Action test, Action inner, Block body)
    {
        if (locals.IsEmpty)
        {
            test();
            _current = body;
            inner();
            Connect(_current, next);
            return;
        }

        InScope(owner, locals, () =>
        {
            test();
            _current = body;
            inner();
        });
        Connect(_current, next);
    }

    private void Test(IOperation? condition, Block whenTrue, Block whenFalse)
    {
        if (condition is null)
            Connect(_current, whenTrue);
        else
            Condition(condition, whenTrue, whenFalse);
    }

    private void ForEach(IForEachLoopOperation loop, Block next, Block exit)
    {
        var collection = Unconverted(loop.Collection);
        if (!loop.IsAsynchronous && collection.Type is IArrayTypeSymbol or { SpecialType: SpecialType.System_String })
        {
            ForEachElement(loop, collection, next, exit);
            return;
        }

        if (loop.Syntax is not CommonForEachStatementSyntax syntax)
            throw Inexpressible(loop);

        var info = _context.Model.GetForEachStatementInfo(syntax);
        if (collection.Type is IDynamicTypeSymbol)
            collection = loop.Collection;

        var origin = OriginOf(loop.Collection);
        var subject = Value(collection);
        var enumerator = NewTemporary(info.GetEnumeratorMethod?.ReturnType);
        MarkNonNull(enumerator, null);
        EmitImplied(origin, info.GetEnumeratorMethod, "GetEnumerator", subject, enumerator, collection.Type);
        var disposes = info.DisposeMethod is not null;
        if (!disposes)
        {
            Turns();
            return;
        }

        _targets[loop.ExitLabel] = new Target(exit, _frames);
        Protect(origin, Turns, () =>
        {
            var awaited = loop.IsAsynchronous ? NewTemporary(info.DisposeMethod!.ReturnType) : null;
            EmitImplied(origin, info.DisposeMethod, "Dispose", new Read(enumerator), awaited, info.GetEnumeratorMethod?.ReturnType);
            if (awaited is not null)
                EmitAwait(origin, new Read(awaited), null);
        });
        Connect(_current, exit);

        void Turns()
        {
            var done = disposes ? NewBlock() : exit;
            _targets[loop.ContinueLabel] = new Target(next, _frames);
            StartAt(next);
            var moved = NewTemporary(info.MoveNextMethod?.ReturnType);
            EmitImplied(origin, info.MoveNextMethod, "MoveNext", new Read(enumerator), moved, enumerator: true);
            if (loop.IsAsynchronous)
            {
                var awaited = NewTemporary(null);
                EmitAwait(origin, new Read(moved), awaited);
                moved = awaited;
            }

            var body = NewBlock();
            _graph.Branch(_current, origin, new Read(moved), body, done);
            _current = body;
            var current = NewTemporary(info.ElementType);
            EmitImplied(origin, info.CurrentProperty?.GetMethod, "get_Current", new Read(enumerator), current, enumerator: true);
            TakeElement(loop, new Read(current));
            Connect(_current, next);
            _current = done;
        }

        void EmitImplied(Origin at, IMethodSymbol? method, string name, Expression receiver, Local? result, ITypeSymbol? type = null, bool enumerator = false)
        {
            var on = type ?? (enumerator ? info.GetEnumeratorMethod?.ReturnType : null);
            var callee = method is null ? new Callee("*") : _context.Names.Method(method, on).Callee;
            Emit(new Call(at, callee, [new Argument(receiver)], result)
            {
                HasReceiver = true,
                IsImplied = true,
                MayThrow = !_context.Catalogue.IsHarmless(callee),
            });
        }
    }

    /// <summary>Over an array or a string: an index that counts, as the compiler writes it.</summary>
    private void ForEachElement(IForEachLoopOperation loop, IOperation collection, Block next, Block exit)
    {
        var origin = OriginOf(loop.Collection);
        var compilation = _context.Model.Compilation;
        var number = compilation.GetSpecialType(SpecialType.System_Int32);
        var array = KeptThrough(Value(collection), collection, loop.Body);
        var length = NewTemporary(number);
        Emit(new Load(origin, length, new Field(array, "Length") { IsReadOnly = true }) { IsImplied = true, MayThrow = true });
        var index = NewTemporary(number);
        Emit(new Store(origin, index, new Constant(0L)) { IsImplied = true });
        var test = NewBlock();
        var body = NewBlock();
        StartAt(test);
        _graph.Branch(_current, origin, new Operation("<", new Read(index), new Read(length)), body, exit);
        _current = body;
        TakeElement(loop, new Read(new Element(array, new Read(index))));
        Connect(_current, next);
        _current = next;
        Emit(new Store(origin, index, new Operation("+", new Read(index), new Constant(1L))) { IsImplied = true });
        Connect(_current, test);
    }

    /// <summary>One turn of a <c>foreach</c>: the element goes to the loop's variables, and the body runs.</summary>
    private void TakeElement(IForEachLoopOperation loop, Expression element)
    {
        InScope(loop, loop.Locals, () =>
        {
            switch (loop.LoopControlVariable)
            {
                case IVariableDeclaratorOperation { Symbol: var symbol } declarator:
                    var value = symbol.RefKind == RefKind.None || element is not Read { Place: var place } ? element : new AddressOf(place);
                    Emit(new Store(OriginOf(declarator), LocalOf(symbol), value)
                    {
                        IsInitialiser = true,
                        IsNonNull = NonNullValues.IsElement(loop, symbol.Type, _context.Model),
                    });
                    break;
                case ITupleOperation tuple:
                    Deconstruct(tuple, element, (loop.Syntax as ForEachVariableStatementSyntax) is { } syntax ? _context.Model.GetDeconstructionInfo(syntax) : default, OriginOf(tuple));
                    break;
                case IDeclarationExpressionOperation { Expression: ITupleOperation tuple }:
                    Deconstruct(tuple, element, (loop.Syntax as ForEachVariableStatementSyntax) is { } forEach ? _context.Model.GetDeconstructionInfo(forEach) : default, OriginOf(tuple));
                    break;
                default:
                    Assign(loop.LoopControlVariable, element, OriginOf(loop.LoopControlVariable));
                    break;
            }

            Statement(loop.Body);
        });
    }

    private void Switch(ISwitchOperation @switch)
    {
        var exit = NewBlock();
        _targets[@switch.ExitLabel] = new Target(exit, _frames);
        var guards = @switch.Cases.SelectMany(c => c.Clauses).OfType<IPatternCaseClauseOperation>().Select(c => c.Guard);
        var value = KeptThrough(Value(@switch.Value), @switch.Value, [.. guards]);
        InScope(@switch, @switch.Locals, () => Sections(@switch, value));
        Connect(_current, exit);
        _current = exit;
    }

    private void Sections(ISwitchOperation @switch, Expression value)
    {
        var none = NewBlock();
        var bodies = @switch.Cases.Select(_ => NewBlock()).ToImmutableArray();
        foreach (var (section, body) in @switch.Cases.Zip(bodies))
        {
            foreach (var clause in section.Clauses)
            {
                if (clause.Label is not null)
                    _targets[clause.Label] = new Target(body, _frames);
            }

            Declare(section.Body);
        }

        if (@switch.Cases.SelectMany(c => c.Clauses).All(c => c is IDefaultCaseClauseOperation || IsPlainCase(c)))
            ConstantCases(@switch, value, bodies, none);
        else
            PatternCases(@switch, value, bodies, none);

        foreach (var (section, body) in @switch.Cases.Zip(bodies))
        {
            _current = body;
            foreach (var statement in section.Body)
                Statement(statement);

            // Only an empty last section falls out of the switch; every other one ends in a jump.
            Connect(_current, none);
        }

        _current = none;
    }

    private bool IsPlainCase(ICaseClauseOperation clause) => CaseValue(clause) is not null;

    private Constant? CaseValue(ICaseClauseOperation clause) => clause switch
    {
        ISingleValueCaseClauseOperation single => Constants.Of(single.Value, _context.Names),
        IPatternCaseClauseOperation { Guard: null, Pattern: IConstantPatternOperation pattern } => Constants.Of(pattern.Value, _context.Names),
        _ => null,
    };

    private void ConstantCases(ISwitchOperation @switch, Expression value, ImmutableArray<Block> bodies, Block none)
    {
        _graph.Switch(_current, OriginOf(@switch), value);
        var otherwise = none;
        foreach (var (section, body) in @switch.Cases.Zip(bodies))
        {
            foreach (var clause in section.Clauses)
            {
                if (CaseValue(clause) is { } constant)
                    _graph.ConnectCase(_current, body, constant);
                else
                    otherwise = body;
            }
        }

        _graph.ConnectCase(_current, otherwise, null);
    }

    private void PatternCases(ISwitchOperation @switch, Expression value, ImmutableArray<Block> bodies, Block none)
    {
        var otherwise = none;
        foreach (var (section, body) in @switch.Cases.Zip(bodies))
        {
            foreach (var clause in section.Clauses)
            {
                if (clause is IDefaultCaseClauseOperation)
                {
                    otherwise = body;
                    continue;
                }

                var next = NewBlock();
                if (clause is IPatternCaseClauseOperation { Pattern: var pattern, Guard: var guard })
                {
                    var matched = guard is null ? body : NewBlock();
                    Pattern(pattern, value, OriginOf(clause), matched, next);
                    if (guard is not null)
                    {
                        _current = matched;
                        Condition(guard, body, next);
                    }
                }
                else if (clause is ISingleValueCaseClauseOperation single)
                {
                    _graph.Branch(_current, OriginOf(clause), new Operation("==", value, Value(single.Value)), body, next);
                }
                else
                {
                    throw Inexpressible(clause);
                }

                _current = next;
            }
        }

        Connect(_current, otherwise);
    }
}
