using MigrateCleanup.Engine.Flow;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace MigrateCleanup.CSharp.Flow;

// What a jump runs through on its way: scopes that end, clean-up that runs, handlers that no longer guard.
internal sealed partial class Lowering
{
    private readonly Dictionary<ILabelSymbol, Target> _targets = new(SymbolEqualityComparer.Default);

    /// <summary>A lexical region around the current place, innermost first.</summary>
    private abstract class Frame(Frame? outer)
    {
        public Frame? Outer { get; } = outer;

        /// <summary>Where exceptions raised in the region go, if not simply outwards.</summary>
        public virtual Block? Handler => null;
    }

    private sealed class ScopeFrame(Frame? outer, Scope scope) : Frame(outer)
    {
        public Scope Scope { get; } = scope;
    }

    /// <summary>A region of which every way out runs the clean-up.</summary>
    private sealed class CleanupFrame(Frame? outer, Block raised, Action cleanup) : Frame(outer)
    {
        public Action Cleanup { get; } = cleanup;

        public override Block Handler => raised;
    }

    private sealed class CatchFrame(Frame? outer, Block dispatch) : Frame(outer)
    {
        public override Block Handler => dispatch;
    }

    /// <summary>Where a label leads: its block, and the region around it.</summary>
    private sealed record Target(Block Block, Frame? Frame, Label? Label = null);

    /// <summary>Runs a body of which every way out, exceptions included, runs the clean-up.</summary>
    private void Protect(Origin origin, Action body, Action cleanup)
    {
        var frame = new CleanupFrame(_frames, NewBlock(), cleanup);
        _frames = frame;
        body();
        _frames = frame.Outer;
        cleanup();
        var after = _current;
        if (frame.Handler.Predecessors.Length > 0)
        {
            _current = frame.Handler;
            cleanup();
            EmitThrow(origin, null, isImplied: true);
        }

        _current = after;
    }

    /// <summary>Ends the regions between here and an outer one, innermost first.</summary>
    private void LeaveTo(Frame? target)
    {
        var here = _frames;
        for (var frame = here; frame != target; frame = frame.Outer)
        {
            if (frame is null)
                throw new NotExpressibleException("a jump into a region", _syntax.Declaration);

            _frames = frame.Outer;
            switch (frame)
            {
                case ScopeFrame { Scope: var scope }:
                    Emit(new ScopeExit(scope.Origin, scope) { IsImplied = true });
                    break;
                case CleanupFrame { Cleanup: var cleanup }:
                    cleanup();
                    break;
            }
        }

        _frames = here;
    }

    private bool RunsCleanup(Frame? target)
    {
        for (var frame = _frames; frame is not null && frame != target; frame = frame.Outer)
        {
            if (frame is CleanupFrame)
                return true;
        }

        return false;
    }

    private void Jump(IBranchOperation branch)
    {
        if (!_targets.TryGetValue(branch.Target, out var target))
            throw new NotExpressibleException($"a jump to {branch.Target.Name}, which is not around it", branch.Syntax);

        if (target.Label is { } label)
        {
            var runsCleanup = RunsCleanup(target.Frame);
            _jumps.Add(new Jump(label, OriginOf(branch), _current) { RunsCleanup = runsCleanup, LeavesLoop = LeavesLoop(branch.Syntax, label) });
            if (runsCleanup)
                StartAt(NewBlock());
        }

        LeaveTo(target.Frame);
        Connect(_current, target.Block);
        Stop();
    }

    private static bool LeavesLoop(SyntaxNode jump, Label label) => jump.Ancestors()
        .TakeWhile(a => !a.Span.Contains(label.Origin.Span.Start))
        .Any(a => a is ForStatementSyntax or CommonForEachStatementSyntax or WhileStatementSyntax or DoStatementSyntax);

    /// <summary>Makes the labels of a statement list known, so that jumps forward find them.</summary>
    private void Declare(IEnumerable<IOperation> statements)
    {
        foreach (var statement in statements)
        {
            // A using declaration opens a region of its own; the labels behind it belong to that.
            if (statement is IUsingDeclarationOperation)
                return;

            for (var labelled = statement as ILabeledOperation; labelled is not null; labelled = labelled.Operation as ILabeledOperation)
                Declare(labelled);
        }
    }

    private void Declare(ILabeledOperation labelled)
    {
        var block = NewBlock();
        var origin = labelled.Syntax is LabeledStatementSyntax syntax
            ? OriginOf(syntax.Identifier, syntax.ColonToken, syntax)
            : OriginOf(labelled);
        var label = new Label(labelled.Label.Name, origin, block);
        _labels.Add(label);
        _targets[labelled.Label] = new Target(block, _frames, label);
    }

    private void Labelled(ILabeledOperation labelled)
    {
        if (!_targets.TryGetValue(labelled.Label, out var target) || target.Frame != _frames)
            throw Inexpressible(labelled);

        StartAt(target.Block);
        if (labelled.Operation is not null)
            Statement(labelled.Operation);
    }

    private void Return(IReturnOperation operation)
    {
        switch (operation.Kind)
        {
            case OperationKind.YieldReturn:
                var yielded = Value(operation.ReturnedValue!);
                Emit(new Call(OriginOf(operation), new Callee("yield return"), [new Argument(yielded)], null) { MayThrow = true });
                return;

            // The end of a void body, and of a constructor's: nobody wrote a return.
            case OperationKind.Return when operation is { IsImplicit: true, ReturnedValue: null }:
                return;
        }

        var value = operation.ReturnedValue switch
        {
            null => null,
            var returned when _method is { ReturnsByRef: true } or { ReturnsByRefReadonly: true } => new AddressOf(PlaceOf(returned)),
            var returned => Value(returned),
        };
        Emit(new EvaluateReturn(OriginOf(operation), value));
        LeaveTo(null);
        Connect(_current, _graph.Exit);
        Stop();
    }
}
