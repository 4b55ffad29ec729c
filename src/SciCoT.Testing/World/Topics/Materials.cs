namespace SciCoT.Testing.World.Topics;

/// <summary>Everyday things, what they are made of, and what follows from it.</summary>
internal static class Materials
{
    private const string Metals = "steel, copper, brass, aluminium";
    private const string MetalsWithoutIron = "copper, brass, aluminium";
    private const string NonMetals = "wood, glass, plastic, rubber, wool, cotton, paper, clay, stone";

    public static readonly Topic Topic = new(
        "material",
        "object",
        """
        steel: nail, bolt, paper clip, sewing needle, horseshoe, safety pin, saw blade, bike chain
        copper: bare wire, motor coil, lightning rod
        brass: trumpet, tuba, trombone, door key
        aluminium: drink can, foil sheet, tent pole, plane wing
        wood: chopstick, rolling pin, toothpick, log, broomstick, plank
        glass: window pane, jam jar, test tube, beaker, wine bottle, marble
        plastic: comb, milk crate, toothbrush, toy brick, shampoo bottle
        rubber: balloon, bike tyre, rain boot, elastic band, hockey puck, squash ball
        wool: sweater, scarf, mitten, felt hat
        cotton: towel, sock, bandage, bed sheet, handkerchief
        paper: newspaper, envelope, book page, notepad
        clay: flower pot, roof tile, house brick, teacup
        stone: pebble, boulder, millstone, gravestone
        """,
        "{a} is {k}",
        [
            new("magnet and circuit",
                [
                    "{N} tests {a} with a magnet and in a circuit with a bulb. What happens?",
                    "What is seen when {a} is held to a magnet and put into a bulb circuit?",
                    "{N} tries a magnet and a bulb circuit on {a}. What is the result?",
                ],
                [
                    new("steel", "steel is a metal with iron in it", "the magnet pulls it and the bulb lights"),
                    new(MetalsWithoutIron, "{k} is a metal without iron", "the magnet has no effect but the bulb lights"),
                    new(NonMetals, "{k} is not a metal", "nothing happens in either test"),
                ],
                ["the magnet pulls it but the bulb stays dark"],
                new Rule("steel", MetalsWithoutIron + ", " + NonMetals, "a magnet attracts steel",
                    "sticks to a magnet", "does NOT stick to a magnet"),
                new Rule(Metals, NonMetals, "metals conduct electricity",
                    "lets electricity through", "does NOT let electricity through")),

            new("touch",
                [
                    "{N} picks up {a} in a cold shed. How does it feel?",
                    "How does {a} feel to a warm hand on a cold morning?",
                    "{N} touches {a} that lay in the cold all night. What does the hand notice?",
                ],
                [
                    new(Metals, "{k} is a metal; metals carry heat away fast", "it feels very cold"),
                    new("wood, plastic, rubber, wool, cotton, paper", "{k} carries heat away slowly", "it feels only a little cool"),
                ],
                ["it feels hot", "it feels warmer than the hand"],
                new Rule(Metals, "wood, plastic, rubber, wool, cotton, paper", "metals carry heat away fast",
                    "takes heat quickly from a warm hand", "does NOT take heat quickly from a warm hand")),

            new("soaking",
                [
                    "{N} spills some drops of water on {a}. What happens to them?",
                    "Drops of water fall on {a}. What happens to them?",
                    "{N} drips water on {a}. What becomes of the drops?",
                ],
                [
                    new("wool, cotton, paper", "{k} has tiny spaces that hold water", "they are soaked up"),
                    new(Metals + ", glass, plastic, rubber", "{k} has no spaces for water", "they stay outside or run off"),
                ],
                ["they turn into salt", "they become oil"],
                new Rule("wool, cotton, paper", Metals + ", glass, plastic, rubber", "cloth and paper hold water",
                    "soaks up spilled water", "does NOT soak up spilled water")),

            new("weather",
                [
                    "{N} forgets {a} in a wet garden for years. How does it change?",
                    "How would {a} look after years in the rain?",
                    "Rain falls on {a} for many years. What does {N} find in the end?",
                ],
                [
                    new("steel", "steel rusts in the rain", "a red-brown crust covers it"),
                    new("copper", "copper turns green in the rain", "a green layer covers it"),
                    new("brass", "brass is mostly copper; copper turns green in the rain", "a green layer covers it"),
                    new("wood, paper, cotton, wool", "{k} comes from living things; things from plants and animals rot", "it rots and falls apart"),
                    new("aluminium, glass, plastic, clay, stone", "rain does little to {k}", "it looks much the same"),
                ],
                [],
                new Rule("steel", "copper, brass, aluminium, glass, plastic, rubber, clay, stone", "steel rusts in the rain",
                    "gets rusty in the rain", "does NOT get rusty in the rain"),
                new Rule("wood, paper, cotton, wool", "steel, copper, brass, aluminium, glass, plastic, clay, stone", "things from plants and animals rot",
                    "is eaten by mould in wet soil", "is NOT eaten by mould in wet soil")) { Except = "motor coil" },

            new("flame",
                [
                    "What happens if {a} comes too close to a candle flame?",
                    "{N} leaves {a} beside a campfire. What could the flames do to it?",
                    "A flame touches {a}. What does {N} see?",
                ],
                [
                    new("wood, paper, cotton", "{k} comes from plants; things from plants burn easily", "it catches fire"),
                    new("plastic", "plastic softens at low heat", "it melts and drips"),
                    new(Metals + ", clay, glass, stone", "{k} does not burn in a small fire", "it gets hot and no more"),
                ],
                ["it freezes"],
                new Rule("wood, paper, cotton", Metals + ", clay, glass, stone", "things from plants burn easily",
                    "can feed a campfire", "can NOT feed a campfire"),
                new Rule("plastic", "wood, paper, cotton, steel, copper, brass, aluminium, clay, glass, stone", "plastic softens at low heat",
                    "melts and drips near a candle", "does NOT melt and drip near a candle")) { Except = "foil sheet" },

            new("hammer",
                [
                    "{N} hits {a} hard with a hammer. What is most likely?",
                    "What happens to {a} under a heavy hammer blow?",
                    "A hammer falls on {a}. What does {N} see?",
                ],
                [
                    new("glass, clay", "{k} is hard but brittle", "it shatters into pieces"),
                    new(Metals, "{k} is a metal; metals bend before they break", "it gets a bend or a dent"),
                    new("rubber", "rubber is elastic", "it springs back into shape"),
                    new("wood", "wood has fibres side by side", "it splits along the grain"),
                ],
                [],
                new Rule("glass, clay", Metals + ", rubber, wool, cotton, paper", "glass and clay are brittle",
                    "shatters when it is dropped on rock", "does NOT shatter when it is dropped on rock"),
                new Rule("rubber", Metals + ", glass, clay, wood, paper", "rubber is elastic",
                    "springs back after a strong squeeze", "does NOT spring back after a strong squeeze"))
            {
                Except = "sewing needle, saw blade, horseshoe, bike chain, motor coil, balloon, log, rolling pin, marble, house brick",
            },

            new("source",
                [
                    "What has to be found or grown to make {a}?",
                    "{N} asks where the material of {a} began. What is the best answer?",
                    "Which source gives us what is needed for {a}?",
                ],
                [
                    new("steel", "steel is made from iron ore", "rock from a mine"),
                    new("copper", "copper is made from copper ore", "rock from a mine"),
                    new("brass", "brass is made from copper ore and zinc ore", "rock from a mine"),
                    new("aluminium", "aluminium is made from an ore", "rock from a mine"),
                    new("glass", "glass is mostly melted sand", "grains from a sand pit"),
                    new("plastic", "plastic is made from oil", "black liquid from a deep well"),
                    new("wood", "wood is cut from tree trunks", "a forest for cutting"),
                    new("paper", "paper is made from wood", "a forest for cutting"),
                    new("wool", "wool is the hair of sheep", "animals on a farm"),
                    new("cotton", "cotton is the fibre of a plant", "a crop in a field"),
                    new("clay", "clay is fine wet earth", "soft ground to dig and bake"),
                ],
                [],
                new Rule("glass", Metals + ", plastic, rubber, wool, cotton, wood, paper", "glass is mostly melted sand",
                    "is made from sand", "is NOT made from sand"),
                new Rule("wool", Metals + ", glass, plastic, rubber, cotton, wood, paper, clay, stone", "wool is the hair of sheep",
                    "comes from an animal", "does NOT come from an animal"),
                new Rule("wood, paper", Metals + ", glass, plastic, wool, cotton, clay, stone", "wood and paper come from trees",
                    "starts in a forest", "does NOT start in a forest"),
                new Rule(Metals, "glass, plastic, rubber, wool, cotton, wood, paper", "metals are made from ore",
                    "is made from ore", "is NOT made from ore")),

            new("density", [], [], [])
            {
                Ranking = new(
                    "wood, glass, steel",
                    "steel is denser than glass and glass is denser than wood",
                    ["Which of these is made of the least dense material?", "{N} compares the materials of three things. Which one has the lowest density?"],
                    ["Which of these is made of the densest material?", "{N} compares the materials of three things. Which one has the highest density?"]),
            },

            new("melting of materials", [], [], [])
            {
                Ranking = new(
                    "plastic, aluminium, steel",
                    "steel has a higher melting point than aluminium and aluminium than plastic",
                    ["Which of these is made of the material that melts first?", "{N} puts three things into a slowly heated oven. Which one melts first?"],
                    ["Which of these is made of the material that melts last?", "{N} puts three things into a slowly heated furnace. Which one melts last?"]),
            },
        ])
    {
        Noun = "things",
        OddStems =
        [
            "Two of these are of the same material. Which one is different?",
            "{N} sorts three things by their material. Which one is left over?",
        ],
    };
}
