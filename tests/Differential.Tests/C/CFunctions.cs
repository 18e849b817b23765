using System.Text;

namespace MigrateCleanup.Differential.Tests.C;

/// <summary>
/// Writes functions of C that clean up by hand as people do, and as they get it wrong: with a label, with cascaded labels,
/// before each return; with leaks, hand-overs, aliases, loops. The same seed gives the same text.
/// </summary>
internal sealed class CFunctions(int seed) : FunctionWriter(seed)
{
    private readonly List<Slot> _slots = [];

    /// <summary>Slots that may hold nothing where they are read.</summary>
    private readonly HashSet<Slot> _emptied = [];

    /// <summary>Slots that are filled already when it comes to them.</summary>
    private readonly HashSet<Slot> _taken = [];

    /// <summary>Of cascaded labels: what is released behind which, and which are jumped to.</summary>
    private readonly List<(int At, Slot Slot)> _cascaded = [];
    private readonly HashSet<int> _cascade = [];
    private Gives _gives;
    private Exits _exits;
    private int _locals;
    private bool _hasNumber;
    private bool _hasIndex;

    private enum Gives
    {
        Number,
        Thing,
        Text,
        Nothing,
    }

    private enum Exits
    {
        Label,
        LabelForErrors,
        Cascade,
        Returns,
    }

    private enum Kind
    {
        Thing,
        Opened,
        Part,
        Text,
    }

    /// <summary>A variable for a resource.</summary>
    private sealed class Slot(Kind kind, string name)
    {
        public Kind Kind { get; } = kind;

        public string Name { get; } = name;

        /// <summary>Of a part, its thing.</summary>
        public Slot? Parent { get; init; }

        /// <summary>It holds something wherever the text is at.</summary>
        public bool IsHeld { get; set; }

        public string Type => Kind switch { Kind.Part => "part *", Kind.Text => "char *", _ => "thing *" };
    }

    /// <summary>How many functions a seed writes; each has the name <c>fN</c>.</summary>
    public static (string Text, string Table) Write(int seed, int count, string header, string free, string @lock, string unlock)
    {
        var text = new StringBuilder($"#include \"{header}\"\n");
        var table = new StringBuilder("#include <stddef.h>\n#include \"world.h\"\n\nstruct function {\n    const char *name;\n    void *of[4];\n};\n\n");
        var entries = new StringBuilder();
        for (var i = 0; i < count; i++)
        {
            var writer = new CFunctions((seed * 1000) + i);
            var name = $"f{seed}_{i}";
            text.Append('\n').Append(writer.Function(name).Replace("FREE(", free + "(", StringComparison.Ordinal).Replace("UNLOCK(", unlock + "(", StringComparison.Ordinal).Replace("LOCK(", @lock + "(", StringComparison.Ordinal));
            var places = Enumerable.Range(0, 4).Select(k => k == (int)writer._gives ? name : "NULL");
            table.Append($"{writer.Result}{name}(int a, thing *given, thing **out, struct box *box);\n");
            entries.Append($"    {{ \"{name}\", {{ {string.Join(", ", places)} }} }},\n");
        }

        table.Append($"\nconst struct function functions[] = {{\n{entries}    {{ NULL, {{ NULL }} }},\n}};\n");
        return (text.ToString(), table.ToString());
    }

    private string Result => _gives switch { Gives.Number => "int ", Gives.Thing => "thing *", Gives.Text => "char *", _ => "void " };

    private string Function(string name)
    {
        _gives = Pick(Gives.Number, Gives.Number, Gives.Number, Gives.Thing, Gives.Text, Gives.Nothing);
        _exits = Pick(Exits.Label, Exits.Label, Exits.Label, Exits.LabelForErrors, Exits.Cascade, Exits.Returns);
        _hasNumber = _gives == Gives.Number && (_exits == Exits.Label || Chance(0.3));
        var count = 1 + Below(4);
        for (var i = 0; i < count; i++)
            _slots.Add(NewSlot(i));

        if (_gives is Gives.Thing or Gives.Text && !_slots.Any(IsGiven))
            _slots.Add(new Slot(_gives == Gives.Thing ? Kind.Thing : Kind.Text, (_gives == Gives.Thing ? "t" : "text") + _slots.Count));

        var body = new StringBuilder();
        Indent = 1;
        Body();
        body.Append(Text);
        Text.Clear();
        Line($"{Result}{name}(int a, thing *given, thing **out, struct box *box)", 0);
        Line("{", 0);
        Indent = 1;
        Declarations();
        Text.Append('\n').Append(body);
        Line("}", 0);
        return Text.ToString();
    }

    private Slot NewSlot(int i)
    {
        var kind = Pick(Kind.Thing, Kind.Opened, Kind.Text, Kind.Text, Kind.Part);
        var things = _slots.Where(s => s.Kind is Kind.Thing or Kind.Opened).ToList();
        if (kind == Kind.Part && things.Count == 0)
            kind = Kind.Thing;

        var name = kind switch { Kind.Text => "text", Kind.Part => "part", _ => "t" } + i;
        return new Slot(kind, name) { Parent = kind == Kind.Part ? things[Below(things.Count)] : null };
    }

    private bool IsGiven(Slot slot) => _gives == Gives.Thing ? slot.Kind is Kind.Thing or Kind.Opened : slot.Kind == Kind.Text;

    private void Declarations()
    {
        foreach (var slot in _slots)
            Line($"{slot.Type}{slot.Name}{(_exits is Exits.Cascade or Exits.Returns && slot.Kind != Kind.Opened && Chance(0.5) && !_emptied.Contains(slot) ? "" : " = NULL")};");

        if (_hasNumber)
            Line(_exits == Exits.Label ? "int ret = -1;" : "int ret = 0;");
        else if (_exits == Exits.Label && _gives is (Gives.Thing or Gives.Text))
            Line($"{Result}ret = NULL;");

        if (_hasIndex)
            Line("int i;");
    }

    private void Body()
    {
        Slot? given = null;
        foreach (var slot in _slots)
        {
            Statements(Below(3), 0);
            if (slot.Parent is { IsHeld: false } || _taken.Contains(slot))
                continue;

            if (_exits is (Exits.Label or Exits.LabelForErrors) && Chance(0.12))
            {
                Line($"if (holds({Number()})) {{");
                Indent++;
                Acquire(slot);
                slot.IsHeld = false;
                Indent--;
                Line("}");
                _emptied.Add(slot);
                continue;
            }

            Acquire(slot);
        }

        Statements(1 + Below(4), 0);
        if (_gives is Gives.Thing or Gives.Text)
            given = _slots.LastOrDefault(s => IsGiven(s) && s.IsHeld && !_slots.Any(p => p.Parent == s && p.IsHeld && _exits != Exits.Returns));

        End(given);
    }

    /// <summary>Success, and what is at the labels.</summary>
    private void End(Slot? given)
    {
        switch (_exits)
        {
            case Exits.Label:
                var onFailure = _hasNumber && Chance(0.3) ? _slots.LastOrDefault(s => s.IsHeld && s.Kind != Kind.Part && !_slots.Any(p => p.Parent == s)) : null;
                if (onFailure is not null)
                    Line(onFailure.Kind == Kind.Text ? $"box->text = {onFailure.Name};" : $"*out = {onFailure.Name};");

                if (given is not null)
                {
                    Line($"ret = {given.Name};");
                    if (!Chance(0.05))
                        Line($"{given.Name} = NULL;");
                }
                else if (_hasNumber)
                {
                    Line(Chance(0.2) && onFailure is null ? $"ret = step({Number()});" : "ret = 0;");
                }

                Label("cleanup");
                if (onFailure is not null)
                {
                    Line("if (ret < 0)");
                    Line(ReleaseText(onFailure), Indent + 1);
                }

                Releases(_slots.Where(s => s != onFailure), everything: true);
                if (_gives != Gives.Nothing)
                    Line(_hasNumber || _gives != Gives.Number ? "return ret;" : "return 0;");
                else if (Chance(0.5))
                    Line("return;");

                break;

            case Exits.LabelForErrors:
                Leave(given);
                Label("error");
                Releases(_slots, everything: true);
                Return(_hasNumber ? "ret ? ret : -1" : null, failure: true);
                break;

            case Exits.Cascade:
                Leave(given);
                for (var i = _slots.Count; i > 0; i--)
                {
                    if (!_cascade.Contains(i))
                        continue;

                    Label($"err_{i}");
                    foreach (var slot in _cascaded.Where(c => c.At == i).Select(c => c.Slot).Reverse())
                        Release(slot, guarded: Chance(0.2));
                }

                if (_cascade.Contains(0))
                    Label("err_0");

                Return(_hasNumber ? "-7" : null, failure: true);
                break;

            default:
                Leave(given);
                break;
        }
    }

    /// <summary>Releases what is held, but for what is given to the caller, and returns with success.</summary>
    private void Leave(Slot? given)
    {
        foreach (var slot in Ordered(_slots.Where(s => (s.IsHeld || _emptied.Contains(s)) && s != given)))
        {
            if (!Chance(0.05))
                Release(slot, guarded: Chance(0.1));
        }

        Return(given?.Name ?? (_gives == Gives.Number ? "0" : null), failure: false);
    }

    private void Return(string? value, bool failure)
    {
        switch (_gives)
        {
            case Gives.Number:
                Line($"return {value ?? (failure ? "-1" : "0")};");
                break;
            case Gives.Nothing:
                Line("return;");
                break;
            default:
                Line($"return {(failure ? "NULL" : value ?? "NULL")};");
                break;
        }
    }

    private void Acquire(Slot slot)
    {
        switch (slot.Kind)
        {
            case Kind.Opened:
                if (Chance(0.3) && _hasNumber)
                    Fail($"(ret = thing_open(&{slot.Name}, {Number()})) < 0", isSet: true);
                else
                    Fail($"thing_open(&{slot.Name}, {Number()}) < 0");

                break;

            default:
                var call = slot.Kind switch
                {
                    Kind.Thing => $"thing_new({Number()})",
                    Kind.Part => $"part_of({slot.Parent!.Name}, {Number()})",
                    _ => $"text_new({Number()})",
                };
                if (Chance(0.4))
                {
                    Fail($"!({slot.Name} = {call})");
                }
                else
                {
                    Line($"{slot.Name} = {call};");
                    Fail(Chance(0.7) ? $"!{slot.Name}" : $"{slot.Name} == NULL");
                }

                break;
        }

        slot.IsHeld = true;
        if (_exits == Exits.Cascade)
            _cascaded.Add((_cascaded.Count == 0 ? 1 : _cascaded[^1].At + 1, slot));
    }

    /// <summary>What happens where a condition holds that means failure.</summary>
    private void Fail(string condition, bool isSet = false, IReadOnlyList<Slot>? also = null)
    {
        var lines = new List<string>();
        switch (_exits)
        {
            case Exits.Label:
            case Exits.LabelForErrors:
                foreach (var slot in also ?? [])
                    lines.Add(ReleaseText(slot));

                if (Chance(0.1))
                    lines.Add($"note({Number()});");

                if (_hasNumber && !isSet && Chance(0.3))
                    lines.Add($"ret = -{1 + Below(5)};");

                lines.Add(_exits == Exits.Label ? "goto cleanup;" : "goto error;");
                break;

            case Exits.Cascade:
                foreach (var slot in also ?? [])
                    lines.Add(ReleaseText(slot));

                var at = _cascaded.Count == 0 ? 0 : _cascaded[^1].At;
                _cascade.Add(at);
                lines.Add($"goto err_{at};");
                break;

            default:
                foreach (var slot in also ?? [])
                    lines.Add(ReleaseText(slot));

                foreach (var slot in Ordered(_slots.Where(s => s.IsHeld)))
                {
                    if (!Chance(0.08))
                        lines.Add(ReleaseText(slot));
                }

                lines.Add(_gives switch { Gives.Number => $"return -{1 + Below(3)};", Gives.Nothing => "return;", _ => "return NULL;" });
                break;
        }

        Line($"if ({condition}){(lines.Count > 1 ? " {" : "")}");
        foreach (var line in lines)
            Line(line, Indent + 1);

        if (lines.Count > 1)
            Line("}");
    }

    protected override void Statement(int depth)
    {
        var held = _slots.Where(s => s.IsHeld).ToList();
        var any = held.Count > 0 ? held[Below(held.Count)] : null;
        switch (Below(17))
        {
            case 0:
            case 1:
                Fail($"step({Number()}) < 0");
                break;
            case 2:
            case 3:
            case 4 when any is not null:
                if (any is not null)
                    Fail($"{Use(any)} < 0");
                else
                    Line($"note({Number()});");

                break;
            case 5:
                Line($"note({Number()});");
                break;
            case 6 when depth < 2:
                Line($"if (holds({Number()})) {{");
                Nested(depth);
                if (Chance(0.3))
                {
                    Line("} else {");
                    Nested(depth);
                }

                Line("}");
                break;
            case 7 when depth < 2:
                Loop(depth);
                break;
            case 8 when _exits == Exits.Label && _hasNumber:
                Line($"if (holds({Number()})) {{");
                Line("ret = 0;", Indent + 1);
                Line("goto cleanup;", Indent + 1);
                Line("}");
                break;
            case 9 when any is not null && depth == 0 && !_slots.Any(s => s.Parent == any) && any.Kind != Kind.Part && _exits != Exits.Cascade:
                HandOver(any);
                break;
            case 10 when any is not null && depth == 0 && !_slots.Any(s => s.Parent == any && s.IsHeld) && _exits is (Exits.Label or Exits.LabelForErrors):
                Release(any, guarded: false);
                Line($"{any.Name} = NULL;");
                any.IsHeld = false;
                _emptied.Add(any);
                if (Chance(0.5) && (any.Parent is null || any.Parent.IsHeld))
                    Acquire(any);

                break;
            case 11 when any is not null && _hasNumber:
                Line($"ret = {Use(any)};");
                Fail("ret < 0", isSet: true);
                if (_exits == Exits.Label && Chance(0.5))
                    Line("ret = -1;");

                break;
            case 12 when any is not null:
                var alias = $"alias{_locals++}";
                Line("{");
                Indent++;
                Line($"{any.Type}{alias} = {any.Name};");
                Fail($"{Use(new Slot(any.Kind, alias))} < 0");
                Indent--;
                Line("}");
                break;
            case 13:
                Fail($"thing_use(given, {Number()}) < 0");
                break;
            case 14 when depth == 0:
                Unusual(any);
                break;
            default:
                Fail($"step({Number()}) < 0 || holds({Number()})");
                break;
        }
    }

    /// <summary>What is seen less often, and tempts a rewrite to take one thing for another.</summary>
    private void Unusual(Slot? any)
    {
        var free = _slots.Where(s => !s.IsHeld && !_slots.Contains(s.Parent!) && !_slots.Any(p => p.Parent == s)).ToList();
        var label = _exits is Exits.Label or Exits.LabelForErrors;
        switch (Below(10))
        {
            case 0 when any is { Kind: not Kind.Part } && label && !_slots.Any(s => s.Parent == any):
                Line($"if (holds({Number()})) {{");
                Indent++;
                HandOver(any);
                Indent--;
                Line("}");
                _emptied.Add(any);
                break;
            case 1 when any is { Kind: Kind.Thing or Kind.Text } && label && !_slots.Any(s => s.Parent == any):
                Line($"while (more({Number()})) {{");
                Indent++;
                Line(ReleaseText(any));
                if (Chance(0.5))
                    Line($"{any.Name} = NULL;");

                any.IsHeld = false;
                Acquire(any);
                Fail($"{Use(any)} < 0");
                Indent--;
                Line("}");
                break;
            case 2 when label:
                var pair = _slots.Where(s => s.IsHeld && s.Kind is (Kind.Thing or Kind.Opened) && !_slots.Any(p => p.Parent == s)).Take(2).ToList();
                if (pair.Count < 2)
                    goto default;

                Line("{");
                Line($"thing *swap = {pair[0].Name};", Indent + 1);
                Line($"{pair[0].Name} = {pair[1].Name};", Indent + 1);
                Line($"{pair[1].Name} = swap;", Indent + 1);
                Line("}");
                break;
            case 3:
                Line($"switch (holds({Number()})) {{");
                Line("case 0:");
                Indent++;
                Statements(1, 2);
                Line("break;");
                Indent--;
                Line("default:");
                Indent++;
                Statements(1, 2);
                Indent--;
                Line("}");
                break;
            case 4 when _exits != Exits.Returns:
                var again = $"again_{_locals++}";
                Text.Append(again).Append(":\n");
                Fail($"step({Number()}) < 0");
                Line($"if (more({Number()}))\n{new string(' ', (Indent + 1) * 4)}goto {again};");
                break;
            case 5 when any is not null && _gives == Gives.Number && _exits is (Exits.Returns or Exits.LabelForErrors):
                Line($"if (holds({Number()})) {{");
                Indent++;
                var result = $"result{_locals++}";
                Line($"int {result} = {Use(any)};");
                foreach (var slot in Ordered(_slots.Where(s => s.IsHeld || _emptied.Contains(s))))
                    Line(ReleaseText(slot));

                Line($"return {result};");
                Indent--;
                Line("}");
                break;
            case 6 when free.Count >= 1 && label:
                var chained = free[0];
                if (chained.Kind == Kind.Opened)
                    goto default;

                var call = chained.Kind == Kind.Text ? "text_new" : "thing_new";
                Fail(Chance(0.5)
                    ? $"step({Number()}) < 0 || !({chained.Name} = {call}({Number()})) || step({Number()}) < 0"
                    : $"holds({Number()}) && !({chained.Name} = {call}({Number()}))");
                _emptied.Add(chained);
                _taken.Add(chained);
                break;
            case 7 when any is { Kind: Kind.Thing or Kind.Text }:
                Line("{");
                Indent++;
                var borrowed = $"seen{_locals++}";
                Line($"{any.Type}{borrowed} = holds({Number()}) ? {any.Name} : NULL;");
                Line($"if ({borrowed} && {Use(new Slot(any.Kind, borrowed))} < 0)");
                Line($"note({Number()});", Indent + 1);
                Indent--;
                Line("}");
                break;
            case 8:
                Line("do {");
                Indent++;
                var once = new Slot(Pick(Kind.Thing, Kind.Text), $"once{_locals++}");
                Line($"{once.Type}{once.Name} = {(once.Kind == Kind.Thing ? "thing_new" : "text_new")}({Number()});");
                Line($"if (!{once.Name})");
                Line("break;", Indent + 1);
                Line($"if ({Use(once)} < 0) {{");
                Line(ReleaseText(once), Indent + 1);
                Line("break;", Indent + 1);
                Line("}");
                Line(ReleaseText(once));
                Indent--;
                Line("} while (0);");
                break;
            case 9 when HasLocks && _exits != Exits.Cascade:
                Locked();
                break;
            default:
                Line($"note({Number()});");
                break;
        }
    }

    private static bool HasLocks => true;

    /// <summary>A stretch under a lock, left by hand wherever it is left.</summary>
    private void Locked()
    {
        Line("LOCK(&guard);");
        Line($"note({Number()});");
        if (Chance(0.7))
        {
            Line($"if (step({Number()}) < 0) {{");
            Line("UNLOCK(&guard);", Indent + 1);
            if (_exits == Exits.Returns)
            {
                foreach (var slot in Ordered(_slots.Where(s => s.IsHeld)))
                    Line(ReleaseText(slot), Indent + 1);
            }

            Line(FailText() + ";", Indent + 1);
            Line("}");
        }

        if (Chance(0.3) && _slots.LastOrDefault(s => s.IsHeld) is { } last)
        {
            Line($"if ({Use(last)} < 0)");
            Line($"note({Number()});", Indent + 1);
        }

        Line("UNLOCK(&guard);");
    }

    private void Nested(int depth)
    {
        Indent++;
        if (Chance(0.4))
        {
            Local();
        }
        else
        {
            Statements(1 + Below(2), depth + 1);
        }

        Indent--;
    }

    private void Loop(int depth)
    {
        if (Chance(0.5))
        {
            Line($"while (more({Number()})) {{");
        }
        else
        {
            _hasIndex = true;
            Line("for (i = 0; i < 3; i++) {");
        }

        Indent++;
        if (Chance(0.7))
            Local();
        else
            Statements(1, 2);

        if (Chance(0.3))
            Line($"if (holds({Number()}))\n{new string(' ', (Indent + 1) * 4)}{Pick("break", "continue")};");

        Indent--;
        Line("}");
    }

    /// <summary>A resource that lives in a block.</summary>
    private void Local()
    {
        var slot = new Slot(Pick(Kind.Thing, Kind.Text), $"local{_locals++}");
        Line($"{slot.Type}{slot.Name} = {(slot.Kind == Kind.Thing ? "thing_new" : "text_new")}({Number()});");
        if (Chance(0.6))
            Fail($"!{slot.Name}");
        else
            Line($"if (!{slot.Name})\n{new string(' ', (Indent + 1) * 4)}{FailText()};");

        if (Chance(0.7))
            Fail($"{Use(slot)} < 0", also: Chance(0.9) ? [slot] : []);

        if (Chance(0.3))
            Line($"note({Number()});");

        if (Chance(0.15))
        {
            Line(slot.Kind == Kind.Thing ? $"thing_keep({slot.Name});" : $"text_keep({slot.Name});");
            return;
        }

        if (!Chance(0.05))
            Release(slot, guarded: false);
    }

    private string FailText()
    {
        switch (_exits)
        {
            case Exits.Label:
                return "goto cleanup";
            case Exits.LabelForErrors:
                return "goto error";
            case Exits.Cascade:
                var at = _cascaded.Count == 0 ? 0 : _cascaded[^1].At;
                _cascade.Add(at);
                return $"goto err_{at}";
            default:
                return _gives switch { Gives.Number => "return -9", Gives.Nothing => "return", _ => "return NULL" };
        }
    }

    private void HandOver(Slot slot)
    {
        var isThing = slot.Kind != Kind.Text;
        Line(isThing ? Pick($"*out = {slot.Name};", $"thing_keep({slot.Name});", $"box->held = {slot.Name};") : Pick($"text_keep({slot.Name});", $"box->text = {slot.Name};"));
        if (_exits is Exits.Label or Exits.LabelForErrors)
            Line($"{slot.Name} = NULL;");

        slot.IsHeld = false;
    }

    private string Use(Slot slot) => slot.Kind switch
    {
        Kind.Text => $"text_use({slot.Name}, {Number()})",
        Kind.Part => $"part_use({slot.Name}, {Number()})",
        _ => $"thing_use({slot.Name}, {Number()})",
    };

    private void Releases(IEnumerable<Slot> slots, bool everything)
    {
        if (Chance(0.08))
            Line($"note({Number()});");

        foreach (var slot in Ordered(slots))
        {
            if (everything && Chance(0.04))
                continue;

            Release(slot, guarded: Chance(0.3));
            if (Chance(0.04))
                Line($"note({Number()});");
        }
    }

    /// <summary>Mostly the reverse of acquisition; parts always before what they were made from.</summary>
    private IEnumerable<Slot> Ordered(IEnumerable<Slot> slots)
    {
        var ordered = slots.Reverse().ToList();
        if (Chance(0.3))
            ordered = [.. ordered.OrderBy(s => s.Kind == Kind.Part ? 0 : 1).ThenBy(s => s.Name, StringComparer.Ordinal)];

        return ordered;
    }

    private void Release(Slot slot, bool guarded)
    {
        if (guarded)
        {
            Line($"if ({slot.Name})");
            Line(ReleaseText(slot), Indent + 1);
        }
        else
        {
            Line(ReleaseText(slot));
        }
    }

    private static string ReleaseText(Slot slot) => slot.Kind switch
    {
        Kind.Text => $"FREE({slot.Name});",
        Kind.Part => $"part_free({slot.Name});",
        _ => $"thing_free({slot.Name});",
    };

    private void Label(string name)
    {
        Text.Append('\n');
        Line(name + ":", 0);
    }
}
