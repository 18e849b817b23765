namespace MigrateCleanup.Differential.Tests.C;

/// <summary>What stands between acquisitions: usual statements, and those that tempt a rewrite.</summary>
internal sealed partial class CFunctions
{
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
            case 2 or 3 or 4 when any is not null:
                Fail($"{Use(any)} < 0");
                break;
            case 2 or 3 or 5:
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
            case 9 when _exits != Exits.Cascade:
                Locked();
                break;
            default:
                Line($"note({Number()});");
                break;
        }
    }

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

    private void HandOver(Slot slot)
    {
        var isThing = slot.Kind != Kind.Text;
        Line(isThing ? Pick($"*out = {slot.Name};", $"thing_keep({slot.Name});", $"box->held = {slot.Name};") : Pick($"text_keep({slot.Name});", $"box->text = {slot.Name};"));
        if (_exits is Exits.Label or Exits.LabelForErrors)
            Line($"{slot.Name} = NULL;");

        slot.IsHeld = false;
    }
}
