using System.Collections.Immutable;
using MigrateCleanup.C.Syntax;
using MigrateCleanup.Engine.Flow;

namespace MigrateCleanup.C.Flow;

// Macros of unknown meaning, as far as the index knows their bodies, and assembly.
internal sealed partial class Lowering
{
    /// <summary>As a statement, a macro may be anything: unless its body is known, or a catalogue knows the name as a call.</summary>
    private bool IsOpaque(string name, MacroMeaning? meaning) =>
        meaning is { MayJump: true, NeverReturns: false }
        || (meaning is null && IsMacroLike(name) && !_knowledge.IsFunction(name) && !IsCatalogued(name));

    private bool IsCatalogued(string name)
    {
        var callee = new Callee(name);
        return _catalogue.IsHarmless(callee) || _catalogue.EffectsOf(callee).Count > 0;
    }

    private void CallMacro(Origin origin, string name, ImmutableArray<ExpressionNode> arguments, MacroMeaning meaning) =>
        EmitCall(origin, new Callee(name), ArgumentsOf(name, arguments, meaning), null, neverReturns: meaning.NeverReturns);

    private void Assembly(AssemblyNode assembly)
    {
        var mentioned = assembly.Names.Select(n => Find(n)).OfType<Local>().Cast<Place>().ToImmutableArray();
        EmitOpaque(OriginOf(assembly), "asm", mentioned, assembly.MayJump);
    }

    private void Opaque(Node syntax, string name, ImmutableArray<ExpressionNode> arguments)
    {
        if (_catalogue.IsHarmless(new Callee(name)))
            return;

        var meaning = _knowledge.MacroOf(name);
        if (meaning is { MayJump: false })
        {
            EmitHidden(syntax, name, meaning);
            CallMacro(OriginOf(syntax), name, arguments, meaning);
            return;
        }

        var text = $"{name}({string.Join(", ", arguments.Select(TextOf))})";
        var mentioned = MentionedIn(arguments).Union(HiddenIn(meaning)).ToImmutableArray();
        if (meaning?.Exits is { } exits && LabelsOf(exits, arguments) is { } labels && (!exits.Breaks || _breakTo is not null) && (!exits.Continues || _continueTo is not null))
            EmitLeaving(new OpaqueMacro(OriginOf(syntax), text, mentioned) { MayJump = true, Untouched = UntouchedIn(arguments, meaning), Labels = labels }, exits, isKnown: true, goesOn: !meaning.AlwaysLeaves);
        else
            EmitOpaque(OriginOf(syntax), text, mentioned, mayJump: true);
    }

    /// <summary>The variables that a macro's body names without being given them.</summary>
    private IEnumerable<Place> HiddenIn(MacroMeaning? meaning) =>
        meaning is null || meaning.Names.IsEmpty ? [] : meaning.Names.Select(Find).OfType<Local>();

    /// <summary>What a macro may do to variables that it is not given happens with it, and nobody can tell what.</summary>
    private void EmitHidden(Node syntax, string name, MacroMeaning? meaning)
    {
        if (HiddenIn(meaning).ToImmutableArray() is { IsEmpty: false } hidden)
            EmitOpaque(OriginOf(syntax), name, hidden, mayJump: false);
    }

    /// <summary>A macro of which nobody knows where it leaves to goes to any label, or out of the function.</summary>
    private void EmitOpaque(Origin origin, string text, ImmutableArray<Place> mentioned, bool mayJump)
    {
        if (mayJump)
        {
            EmitLeaving(new OpaqueMacro(origin, text, mentioned) { MayJump = true, Labels = [.. _labels.Values] }, MacroExits.None with { Returns = true }, isKnown: false);
            return;
        }

        _traits |= FunctionTraits.Macros;
        Emit(new OpaqueMacro(origin, text, mentioned));
    }

    /// <summary>A macro leaves to certain labels, out of a loop, or out of the function: scopes end on the way, as they do for a jump or a return.</summary>
    private void EmitLeaving(OpaqueMacro @event, MacroExits exits, bool isKnown, bool goesOn = true)
    {
        _traits |= FunctionTraits.Macros;
        Emit(@event);
        var macro = _current;
        var next = NewBlock();
        if (goesOn)
            Connect(macro, next);

        foreach (var label in @event.Labels)
        {
            var around = RegionsAround(_labelNodes[label.Name]);
            StartWay();
            LeaveWhile(frame => !around.Contains(frame.Key));
            Connect(_current, label.Block);
        }

        foreach (var target in new[] { exits.Breaks ? _breakTo : null, exits.Continues ? _continueTo : null }.OfType<Target>())
        {
            StartWay();
            LeaveTo(target.Frame);
            Connect(_current, target.Block);
        }

        if (exits.Returns)
        {
            StartWay();
            Emit(new EvaluateReturn(@event.Origin, ReturnsValue ? new Operation("what " + @event.Text + " returns") : null) { IsImplied = true });
            LeaveTo(null);
            Connect(_current, _graph.Exit);
        }

        _current = next;

        void StartWay()
        {
            _current = NewBlock();
            if (isKnown)
                Connect(macro, _current);
            else
                _graph.Suppose(macro, _current);
        }
    }

    /// <summary>
    /// The variables in arguments that a macro whose body is known cannot change: it neither assigns them nor takes their
    /// address, and an argument that is more than a name or a way from it does neither.
    /// </summary>
    private ImmutableArray<Place> UntouchedIn(ImmutableArray<ExpressionNode> arguments, MacroMeaning meaning)
    {
        var changed = arguments
            .Where((a, i) => meaning.Assigns.Contains(i) || a.DescendantsAndSelf.Any(n => n is AssignmentNode or UnaryNode { Operator: "&" or "++" or "--" } or TextNode))
            .ToImmutableArray();
        return
        [
            .. MentionedIn(arguments).OfType<Local>()
                .Where(l => _pointers.Contains(l) || Types.IsScalar(l.Type))
                .Where(l => !_arrays.Contains(l))
                .Except(MentionedIn(changed).Concat(HiddenIn(meaning)))
        ];
    }

    /// <summary>The labels that a macro jumps to; null where one of them is no name, or is not there.</summary>
    private ImmutableArray<Label>? LabelsOf(MacroExits exits, ImmutableArray<ExpressionNode> arguments)
    {
        var labels = new List<Label>();
        foreach (var name in exits.Labels.Concat(exits.Parameters.Select(p => p < arguments.Length ? (arguments[p].Unwrapped as NameNode)?.Name : null)))
        {
            if (name is null || !_labels.TryGetValue(name, out var label))
                return null;

            labels.Add(label);
        }

        return [.. labels.Distinct()];
    }

    private ImmutableArray<Place> MentionedIn(IEnumerable<ExpressionNode> arguments)
    {
        var places = new List<Place>();
        foreach (var node in arguments.SelectMany(a => a.DescendantsAndSelf))
        {
            switch (node)
            {
                case NameNode name when Find(name.Name) is { } local:
                    places.Add(local);
                    break;
                case TextNode text:
                    places.AddRange(text.Names.Select(n => Find(n)).OfType<Local>());
                    break;
            }
        }

        return [.. places.Distinct()];
    }
}
