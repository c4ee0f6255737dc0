/*
 * Job titles by language and by the part their bearer plays in buying. Owns nothing but this table;
 * the invariant is that every language has titles of every role, the false friends among them
 * ("Executive Assistant" is a gatekeeper, "Account Executive" is not an executive).
 */
#include "generate_data.h"

#define TITLES(...)                                                                                \
    {                                                                                              \
        (const char *const[]){__VA_ARGS__},                                                        \
            sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)                      \
    }

const struct sim_words sim_titles[SIM_LANGUAGE_COUNT][SIM_ROLE_COUNT] = {
    [SIM_DANISH] =
        {
            [SIM_DECISION_MAKER] = TITLES(
                "Adm. direktør", "Administrerende direktør", "Direktør", "Ejer", "Medejer",
                "Indehaver", "CEO", "Salgsdirektør", "Kommerciel direktør", "Marketingdirektør",
                "Driftsdirektør", "Partner", "Landechef", "Adm. dir.", "Forretningsområdedirektør"),
            [SIM_PAYER] = TITLES("Økonomichef", "Økonomidirektør", "CFO", "Regnskabschef",
                                 "Indkøbschef", "Økonomi- og administrationschef",
                                 "Strategisk indkøber", "Business controller"),
            [SIM_USER] =
                TITLES("Salgschef", "Salgskonsulent", "Key Account Manager", "Marketingkoordinator",
                       "Marketingmedarbejder", "Kundechef", "Teamleder salg", "Eksportchef",
                       "Produktionsleder", "Kundeservicemedarbejder"),
            [SIM_INFLUENCER] =
                TITLES("IT-chef", "Digitaliseringschef", "CRM-ansvarlig", "Marketingchef",
                       "Systemkonsulent", "Projektleder", "Senior projektleder", "It-arkitekt",
                       "Udviklingschef", "Forretningsudvikler"),
            [SIM_GATEKEEPER] = TITLES("Direktionssekretær", "Direktionsassistent", "Receptionist",
                                      "PA til adm. direktør", "Kontorassistent"),
            [SIM_OTHER_ROLE] = TITLES("Lagermedarbejder", "HR-partner", "Studentermedhjælper",
                                      "Elektriker", "Bestyrelsesformand", "Jurist",
                                      "Specialkonsulent", "Kvalitetschef", "Pensioneret"),
        },
    [SIM_SWEDISH] =
        {
            [SIM_DECISION_MAKER] =
                TITLES("VD", "Verkställande direktör", "Vd och grundare", "Ägare", "Delägare",
                       "Försäljningsdirektör", "Affärsområdeschef", "Vice VD", "Marknadsdirektör",
                       "Försäljnings- och marknadschef", "Landschef", "CEO"),
            [SIM_PAYER] =
                TITLES("Ekonomichef", "Ekonomidirektör", "CFO", "Redovisningschef", "Inköpschef",
                       "Ekonomiansvarig", "Strategisk inköpare", "Controller"),
            [SIM_USER] = TITLES("Säljchef", "Säljare", "Innesäljare", "Marknadskoordinator",
                                "Kundansvarig", "Produktionschef", "Key Account Manager",
                                "Kundtjänstmedarbetare", "Regionchef"),
            [SIM_INFLUENCER] = TITLES("IT-chef", "Digital chef", "CRM-ansvarig", "Marknadschef",
                                      "Projektledare", "Systemförvaltare", "Verksamhetsutvecklare",
                                      "Affärsutvecklare", "Teknisk chef"),
            [SIM_GATEKEEPER] =
                TITLES("VD-assistent", "Ledningsassistent", "Receptionist", "Kontorsassistent"),
            [SIM_OTHER_ROLE] =
                TITLES("Lagerarbetare", "HR-specialist", "Styrelseordförande", "Kvalitetsansvarig",
                       "Jurist", "Konstruktör", "Student"),
        },
    [SIM_NORWEGIAN] =
        {
            [SIM_DECISION_MAKER] =
                TITLES("Daglig leder", "Adm. dir.", "Administrerende direktør", "Eier",
                       "Gründer", "Salgsdirektør", "Kommersiell direktør", "Markedsdirektør",
                       "Avdelingsdirektør", "Daglig leder / eier", "CEO"),
            [SIM_PAYER] = TITLES("Økonomisjef", "Økonomidirektør", "Finansdirektør",
                                 "Regnskapssjef", "Innkjøpssjef", "Controller", "CFO"),
            [SIM_USER] =
                TITLES("Salgssjef", "Selger", "Markedskoordinator", "Kundeansvarlig",
                       "Produksjonssjef", "Regionsjef", "Salgskonsulent", "Kundebehandler"),
            [SIM_INFLUENCER] =
                TITLES("IT-sjef", "Digitalsjef", "Markedssjef", "CRM-ansvarlig", "Prosjektleder",
                       "Forretningsutvikler", "Fagsjef", "Systemansvarlig"),
            [SIM_GATEKEEPER] = TITLES("Sekretær for adm. dir.", "Resepsjonist",
                                      "Direksjonssekretær", "Administrasjonssekretær"),
            [SIM_OTHER_ROLE] = TITLES("Styreleder", "HR-rådgiver", "Lagermedarbeider",
                                      "Seniorrådgiver", "Lærling", "Ingeniør"),
        },
    [SIM_FINNISH] =
        {
            [SIM_DECISION_MAKER] =
                TITLES("Toimitusjohtaja", "TJ", "Yrittäjä", "Omistaja", "Perustaja",
                       "Myyntijohtaja", "Markkinointijohtaja", "Liiketoimintajohtaja",
                       "Maajohtaja"),
            [SIM_PAYER] =
                TITLES("Talousjohtaja", "Talouspäällikkö", "Hankintapäällikkö", "Ostopäällikkö",
                       "Hallintopäällikkö", "Controller"),
            [SIM_USER] =
                TITLES("Myyntipäällikkö", "Asiakkuuspäällikkö", "Markkinointikoordinaattori",
                       "Myyntiedustaja", "Tuotantopäällikkö", "Asiakaspalvelija"),
            [SIM_INFLUENCER] =
                TITLES("IT-päällikkö", "Tietohallintojohtaja", "Markkinointipäällikkö",
                       "Kehityspäällikkö", "Projektipäällikkö", "Järjestelmäasiantuntija"),
            [SIM_GATEKEEPER] =
                TITLES("Johdon assistentti", "Toimistosihteeri", "Vastaanottovirkailija"),
            [SIM_OTHER_ROLE] =
                TITLES("Hallituksen puheenjohtaja", "HR-asiantuntija", "Varastotyöntekijä",
                       "Opiskelija", "Suunnittelija"),
        },
    [SIM_GERMAN] =
        {
            [SIM_DECISION_MAKER] =
                TITLES("Geschäftsführer", "Geschäftsführerin", "Geschäftsführender Gesellschafter",
                       "GF", "Inhaber", "Vorstand", "Vorstandsvorsitzender", "Vertriebsleiter",
                       "Leiter Vertrieb & Marketing", "Prokurist", "Bereichsleiter",
                       "Gründer und Geschäftsführer", "Vertriebsvorstand"),
            [SIM_PAYER] = TITLES("Kaufmännischer Leiter", "Leiter Finanzen", "Leiter Einkauf",
                                 "Einkaufsleitung", "Leiter Finanz- und Rechnungswesen", "CFO",
                                 "Strategischer Einkäufer"),
            [SIM_USER] = TITLES("Vertriebsmitarbeiter im Außendienst", "Gebietsverkaufsleiter",
                                "Key-Account-Manager", "Marketingreferentin",
                                "Sachbearbeiter Vertriebsinnendienst", "Produktionsleiter",
                                "Kundenbetreuer"),
            [SIM_INFLUENCER] =
                TITLES("IT-Leiter", "Leiter Digitalisierung", "CRM-Manager", "Marketingleiter",
                       "Projektleiter", "Referent der Geschäftsführung", "Anwendungsbetreuer",
                       "Leiter Unternehmensentwicklung"),
            [SIM_GATEKEEPER] =
                TITLES("Assistenz der Geschäftsführung", "Assistentin der Geschäftsleitung",
                       "Vorstandssekretariat", "Empfang"),
            [SIM_OTHER_ROLE] = TITLES("Betriebsrat", "Personalreferentin", "Werkstudent",
                                      "Konstrukteur", "Datenschutzbeauftragter", "Lagerist"),
        },
    [SIM_DUTCH] =
        {
            [SIM_DECISION_MAKER] =
                TITLES("Algemeen directeur", "Directeur", "DGA", "Eigenaar", "Mede-eigenaar",
                       "Commercieel directeur", "Bedrijfsleider", "Oprichter"),
            [SIM_PAYER] = TITLES("Financieel directeur", "Hoofd inkoop",
                                 "Inkoopmanager", "Hoofd financiën", "Controller"),
            [SIM_USER] =
                TITLES("Accountmanager", "Verkoopmedewerker", "Commercieel medewerker binnendienst",
                       "Marketingmedewerker", "Productieleider"),
            [SIM_INFLUENCER] = TITLES("Hoofd ICT", "IT-manager", "Marketingmanager",
                                      "Projectleider", "Applicatiebeheerder"),
            [SIM_GATEKEEPER] =
                TITLES("Directiesecretaresse", "Managementassistente", "Receptioniste"),
            [SIM_OTHER_ROLE] = TITLES("Adviseur", "Magazijnmedewerker", "HR-adviseur", "Stagiair"),
        },
    [SIM_FRENCH] =
        {
            [SIM_DECISION_MAKER] =
                TITLES("Directeur général", "Directrice générale", "PDG", "Gérant", "Président",
                       "Directeur commercial", "Directrice commerciale et marketing", "Fondateur",
                       "Directeur d'agence"),
            [SIM_PAYER] = TITLES("Directeur administratif et financier", "DAF",
                                 "Responsable achats", "Acheteuse", "Contrôleur de gestion"),
            [SIM_USER] =
                TITLES("Responsable commercial", "Chargé d'affaires", "Commercial sédentaire",
                       "Chargée de marketing", "Responsable de production"),
            [SIM_INFLUENCER] =
                TITLES("DSI", "Responsable informatique", "Responsable marketing",
                       "Chef de projet CRM", "Chef de projet digital",
                       "Responsable de la transformation numérique"),
            [SIM_GATEKEEPER] =
                TITLES("Assistante de direction", "Secrétaire de direction", "Chargée d'accueil"),
            [SIM_OTHER_ROLE] =
                TITLES("Chargée de communication", "Juriste", "Stagiaire", "Adjoint technique"),
        },
    [SIM_SPANISH] =
        {
            [SIM_DECISION_MAKER] = TITLES("Director general", "Gerente", "Consejero delegado",
                                          "Propietario", "Directora comercial", "Socio fundador"),
            [SIM_PAYER] = TITLES("Director financiero", "Jefe de compras",
                                 "Responsable de administración", "Jefa de contabilidad"),
            [SIM_USER] = TITLES("Responsable de ventas", "Comercial", "Técnico de marketing",
                                "Jefe de producción"),
            [SIM_INFLUENCER] =
                TITLES("Responsable de informática", "Directora de marketing", "Jefe de proyecto",
                       "Responsable de transformación digital"),
            [SIM_GATEKEEPER] = TITLES("Asistente de dirección", "Recepcionista"),
            [SIM_OTHER_ROLE] = TITLES("Becaria", "Ingeniero", "Asesor"),
        },
    [SIM_ITALIAN] =
        {
            [SIM_DECISION_MAKER] =
                TITLES("Amministratore delegato", "Titolare", "Direttore generale",
                       "Direttore commerciale", "Amministratore unico", "Socio"),
            [SIM_PAYER] = TITLES("Direttore finanziario", "Responsabile acquisti",
                                 "Responsabile amministrativo", "Buyer"),
            [SIM_USER] = TITLES("Responsabile vendite", "Agente commerciale", "Addetta marketing",
                                "Responsabile produzione"),
            [SIM_INFLUENCER] = TITLES("Responsabile IT", "Responsabile marketing", "Capo progetto",
                                      "Direttore tecnico"),
            [SIM_GATEKEEPER] = TITLES("Assistente di direzione", "Segretaria"),
            [SIM_OTHER_ROLE] = TITLES("Impiegato", "Consulente", "Tirocinante"),
        },
    [SIM_POLISH] =
        {
            [SIM_DECISION_MAKER] =
                TITLES("Prezes zarządu", "Dyrektor generalny", "Właściciel", "Współwłaściciel",
                       "Dyrektor handlowy", "Członek zarządu"),
            [SIM_PAYER] = TITLES("Dyrektor finansowy", "Główna księgowa",
                                 "Kierownik działu zakupów", "Kupiec"),
            [SIM_USER] = TITLES("Kierownik sprzedaży", "Przedstawiciel handlowy",
                                "Specjalista ds. marketingu", "Kierownik produkcji"),
            [SIM_INFLUENCER] = TITLES("Kierownik działu IT", "Dyrektor ds. informatyki",
                                      "Kierownik projektu", "Dyrektor marketingu"),
            [SIM_GATEKEEPER] = TITLES("Asystentka zarządu", "Sekretarka"),
            [SIM_OTHER_ROLE] = TITLES("Inżynier", "Praktykant", "Specjalista ds. kadr"),
        },
    [SIM_ENGLISH] =
        {
            [SIM_DECISION_MAKER] =
                TITLES("CEO", "Chief Executive Officer", "Founder & CEO", "Co-Founder", "Owner",
                       "Managing Director", "MD", "VP Sales", "SVP, Commercial",
                       "Vice President of Sales and Marketing EMEA", "Chief Commercial Officer",
                       "CRO", "Director of Operations", "Country Manager Nordics",
                       "General Manager", "Head of Sales"),
            [SIM_PAYER] = TITLES("CFO", "Chief Financial Officer", "Finance Director",
                                 "Head of Finance", "Head of Procurement", "Purchasing Manager",
                                 "Senior Buyer", "Financial Controller"),
            [SIM_USER] = TITLES("Account Executive", "Sales Manager", "Key Account Manager", "SDR",
                                "Marketing Executive", "Marketing Coordinator",
                                "Customer Success Manager",
                                "Inside Sales Rep", "Production Manager", "Area Sales Manager"),
            [SIM_INFLUENCER] =
                TITLES("CTO", "CIO", "IT Manager", "Head of Marketing", "CMO", "RevOps Lead",
                       "CRM Manager", "Digital Transformation Lead", "Solution Architect",
                       "Product Owner", "Senior Project Manager", "Demand Generation Manager"),
            [SIM_GATEKEEPER] = TITLES("Executive Assistant", "Executive Assistant to the CEO",
                                      "Office Manager", "PA", "Receptionist"),
            [SIM_OTHER_ROLE] =
                TITLES("HR Business Partner", "Software Engineer",
                       "Intern", "Student", "Board Member", "Consultant", "Freelance", "Head Chef",
                       "Warehouse Operative", "Talent Acquisition Partner"),
        },
};
