using System.Text;

namespace MigrateCleanup.Differential.Tests.C;

/// <summary>
/// Writes functions of C that clean up by hand as people do, and as they get it wrong: with a label, with cascaded labels,
/// before each return; with leaks, hand-overs, aliases, loops. The same seed gives the same text.
/// </summary>
internal sealed partial class CFunctions(int seed) : FunctionWriter(seed)
{
    private readonly List<Slot> _slots = [];

    /// <summary>Slots that may hold nothing where they are read.</summary>
    private readonly HashSet<Slot> _emptied = [];

    /// <summary>Slots that are filled already when it comes to them.</summary>
    private readonly HashSet<Slot> _taken = [];

    /// <summary>Of cascaded labels: what is released behind each, from the second on, and which are jumped to.</summary>
    private readonly List<Slot> _cascaded = [];
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

        // What is declared is known when the body is written.
        Indent = 1;
        Body();
        var body = Text.ToString();
        Text.Clear();
        Line($"{Result}{name}(int a, thing *given, thing **out, struct box *box)", 0);
        Line("{", 0);
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

                Releases(_slots.Where(s => s != onFailure));
                if (_gives != Gives.Nothing)
                    Line(_hasNumber || _gives != Gives.Number ? "return ret;" : "return 0;");
                else if (Chance(0.5))
                    Line("return;");

                break;

            case Exits.LabelForErrors:
                Leave(given);
                Label("error");
                Releases(_slots);
                Return(_hasNumber ? "ret ? ret : -1" : null, failure: true);
                break;

            case Exits.Cascade:
                Leave(given);
                for (var at = _cascade.DefaultIfEmpty(-1).Max(); at >= 0; at--)
                {
                    if (_cascade.Contains(at))
                        Label($"err_{at}");

                    if (at > 0)
                        Release(_cascaded[at - 1], guarded: Chance(0.2));
                }

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
            _cascaded.Add(slot);
    }

    /// <summary>What happens where a condition holds that means failure.</summary>
    private void Fail(string condition, bool isSet = false, IReadOnlyList<Slot>? also = null)
    {
        List<string> lines = [.. (also ?? []).Select(ReleaseText)];
        if (_exits == Exits.Returns)
        {
            lines.AddRange(Ordered(_slots.Where(s => s.IsHeld)).Where(_ => !Chance(0.08)).Select(ReleaseText));
        }
        else if (_exits != Exits.Cascade)
        {
            if (Chance(0.1))
                lines.Add($"note({Number()});");

            if (_hasNumber && !isSet && Chance(0.3))
                lines.Add($"ret = -{1 + Below(5)};");
        }

        lines.Add(FailText() + ";");
        Line($"if ({condition}){(lines.Count > 1 ? " {" : "")}");
        foreach (var line in lines)
            Line(line, Indent + 1);

        if (lines.Count > 1)
            Line("}");
    }

    /// <summary>The jump or return that stands for failure.</summary>
    private string FailText()
    {
        switch (_exits)
        {
            case Exits.Label:
                return "goto cleanup";
            case Exits.LabelForErrors:
                return "goto error";
            case Exits.Cascade:
                _cascade.Add(_cascaded.Count);
                return $"goto err_{_cascaded.Count}";
            default:
                return _gives switch { Gives.Number => $"return -{1 + Below(3)}", Gives.Nothing => "return", _ => "return NULL" };
        }
    }

    private string Use(Slot slot) => slot.Kind switch
    {
        Kind.Text => $"text_use({slot.Name}, {Number()})",
        Kind.Part => $"part_use({slot.Name}, {Number()})",
        _ => $"thing_use({slot.Name}, {Number()})",
    };

    private void Releases(IEnumerable<Slot> slots)
    {
        if (Chance(0.08))
            Line($"note({Number()});");

        foreach (var slot in Ordered(slots))
        {
            if (Chance(0.04))
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
