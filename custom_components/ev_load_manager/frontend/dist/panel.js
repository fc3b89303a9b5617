// EV Load Manager: made by script/build-panel from sources 20c7e1cc4aea
var D5=Object.defineProperty;var E5=Object.getOwnPropertyDescriptor;var n=(M,V,C,H)=>{for(var L=H>1?void 0:H?E5(V,C):V,r=M.length-1,e;r>=0;r--)(e=M[r])&&(L=(H?e(V,C,L):e(L))||L);return H&&L&&D5(V,C,L),L};var Q="M11,15H13V17H11V15M11,7H13V13H11V7M12,2C6.47,2 2,6.5 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20A8,8 0 0,1 4,12A8,8 0 0,1 12,4A8,8 0 0,1 20,12A8,8 0 0,1 12,20Z";var s2="M5,11L6.5,6.5H17.5L19,11M17.5,16A1.5,1.5 0 0,1 16,14.5A1.5,1.5 0 0,1 17.5,13A1.5,1.5 0 0,1 19,14.5A1.5,1.5 0 0,1 17.5,16M6.5,16A1.5,1.5 0 0,1 5,14.5A1.5,1.5 0 0,1 6.5,13A1.5,1.5 0 0,1 8,14.5A1.5,1.5 0 0,1 6.5,16M18.92,6C18.72,5.42 18.16,5 17.5,5H6.5C5.84,5 5.28,5.42 5.08,6L3,12V20A1,1 0 0,0 4,21H5A1,1 0 0,0 6,20V19H18V20A1,1 0 0,0 19,21H20A1,1 0 0,0 21,20V12L18.92,6Z";var Z2="M20.5,19.85L6.41,5.76L2.41,1.76L1.11,3L4.57,6.46L3,11V19A1,1 0 0,0 4,20H5A1,1 0 0,0 6,19V18H16.11L20.84,22.73L22.11,21.46L20.5,19.85M6.5,15A1.5,1.5 0 0,1 5,13.5A1.5,1.5 0 0,1 6.5,12A1.5,1.5 0 0,1 8,13.5A1.5,1.5 0 0,1 6.5,15M5,10L5.78,7.67L8.11,10H5M17.5,5.5L19,10H13.2L16.12,12.92C16.5,12.17 17.37,11.86 18.12,12.21C18.87,12.57 19.18,13.47 18.83,14.21C18.68,14.5 18.43,14.77 18.12,14.92L21,17.8V11L18.92,5C18.71,4.4 18.14,4 17.5,4H7.2L8.7,5.5H17.5Z";var b1="M16,11.78L20.24,4.45L21.97,5.45L16.74,14.5L10.23,10.75L5.46,19H22V21H2V3H4V17.54L9.5,8L16,11.78Z";var C2="M12 2C6.5 2 2 6.5 2 12S6.5 22 12 22 22 17.5 22 12 17.5 2 12 2M10 17L5 12L6.41 10.59L10 14.17L17.59 6.58L19 8L10 17Z";var u2="M15.41,16.58L10.83,12L15.41,7.41L14,6L8,12L14,18L15.41,16.58Z";var S2="M8.59,16.58L13.17,12L8.59,7.41L10,6L16,12L10,18L8.59,16.58Z";var c2="M12,2C17.53,2 22,6.47 22,12C22,17.53 17.53,22 12,22C6.47,22 2,17.53 2,12C2,6.47 6.47,2 12,2M15.59,7L12,10.59L8.41,7L7,8.41L10.59,12L7,15.59L8.41,17L12,13.41L15.59,17L17,15.59L13.41,12L17,8.41L15.59,7Z";var h2="M12,15.5A3.5,3.5 0 0,1 8.5,12A3.5,3.5 0 0,1 12,8.5A3.5,3.5 0 0,1 15.5,12A3.5,3.5 0 0,1 12,15.5M19.43,12.97C19.47,12.65 19.5,12.33 19.5,12C19.5,11.67 19.47,11.34 19.43,11L21.54,9.37C21.73,9.22 21.78,8.95 21.66,8.73L19.66,5.27C19.54,5.05 19.27,4.96 19.05,5.05L16.56,6.05C16.04,5.66 15.5,5.32 14.87,5.07L14.5,2.42C14.46,2.18 14.25,2 14,2H10C9.75,2 9.54,2.18 9.5,2.42L9.13,5.07C8.5,5.32 7.96,5.66 7.44,6.05L4.95,5.05C4.73,4.96 4.46,5.05 4.34,5.27L2.34,8.73C2.21,8.95 2.27,9.22 2.46,9.37L4.57,11C4.53,11.34 4.5,11.67 4.5,12C4.5,12.33 4.53,12.65 4.57,12.97L2.46,14.63C2.27,14.78 2.21,15.05 2.34,15.27L4.34,18.73C4.46,18.95 4.73,19.03 4.95,18.95L7.44,17.94C7.96,18.34 8.5,18.68 9.13,18.93L9.5,21.58C9.54,21.82 9.75,22 10,22H14C14.25,22 14.46,21.82 14.5,21.58L14.87,18.93C15.5,18.67 16.04,18.34 16.56,17.94L19.05,18.95C19.27,19.03 19.54,18.95 19.66,18.73L21.66,15.27C21.78,15.05 21.73,14.78 21.54,14.63L19.43,12.97Z";var g2="M21.4 7.5C22.2 8.3 22.2 9.6 21.4 10.3L18.6 13.1L10.8 5.3L13.6 2.5C14.4 1.7 15.7 1.7 16.4 2.5L18.2 4.3L21.2 1.3L22.6 2.7L19.6 5.7L21.4 7.5M15.6 13.3L14.2 11.9L11.4 14.7L9.3 12.6L12.1 9.8L10.7 8.4L7.9 11.2L6.4 9.8L3.6 12.6C2.8 13.4 2.8 14.7 3.6 15.4L5.4 17.2L1.4 21.2L2.8 22.6L6.8 18.6L8.6 20.4C9.4 21.2 10.7 21.2 11.4 20.4L14.2 17.6L12.8 16.2L15.6 13.3Z";var O2="M5,20H19V18H5M19,9H15V3H9V9H5L12,16L19,9Z";var z="M19.77,7.23L19.78,7.22L16.06,3.5L15,4.56L17.11,6.67C16.17,7.03 15.5,7.93 15.5,9A2.5,2.5 0 0,0 18,11.5C18.36,11.5 18.69,11.42 19,11.29V18.5A1,1 0 0,1 18,19.5A1,1 0 0,1 17,18.5V14A2,2 0 0,0 15,12H14V5A2,2 0 0,0 12,3H6A2,2 0 0,0 4,5V21H14V13.5H15.5V18.5A2.5,2.5 0 0,0 18,21A2.5,2.5 0 0,0 20.5,18.5V9C20.5,8.31 20.22,7.68 19.77,7.23M18,10A1,1 0 0,1 17,9A1,1 0 0,1 18,8A1,1 0 0,1 19,9A1,1 0 0,1 18,10M8,18V13.5H6L10,6V11H12L8,18Z";var f2="M7,5H21V7H7V5M7,13V11H21V13H7M4,4.5A1.5,1.5 0 0,1 5.5,6A1.5,1.5 0 0,1 4,7.5A1.5,1.5 0 0,1 2.5,6A1.5,1.5 0 0,1 4,4.5M4,10.5A1.5,1.5 0 0,1 5.5,12A1.5,1.5 0 0,1 4,13.5A1.5,1.5 0 0,1 2.5,12A1.5,1.5 0 0,1 4,10.5M7,19V17H21V19H7M4,16.5A1.5,1.5 0 0,1 5.5,18A1.5,1.5 0 0,1 4,19.5A1.5,1.5 0 0,1 2.5,18A1.5,1.5 0 0,1 4,16.5Z";var b2="M11,18H13V16H11V18M12,2A10,10 0 0,0 2,12A10,10 0 0,0 12,22A10,10 0 0,0 22,12A10,10 0 0,0 12,2M12,20C7.59,20 4,16.41 4,12C4,7.59 7.59,4 12,4C16.41,4 20,7.59 20,12C20,16.41 16.41,20 12,20M12,6A4,4 0 0,0 8,10H10A2,2 0 0,1 12,8A2,2 0 0,1 14,10C14,12 11,11.75 11,15H13C13,12.75 16,12.5 16,10A4,4 0 0,0 12,6Z";var k2="M3,6H21V8H3V6M3,11H21V13H3V11M3,16H21V18H3V16Z";var w2="M14,19H18V5H14M6,19H10V5H6V19Z";var y2="M8,5.14V19.14L19,12.14L8,5.14Z";var B2="M16.56,5.44L15.11,6.89C16.84,7.94 18,9.83 18,12A6,6 0 0,1 12,18A6,6 0 0,1 6,12C6,9.83 7.16,7.94 8.88,6.88L7.44,5.44C5.36,6.88 4,9.28 4,12A8,8 0 0,0 12,20A8,8 0 0,0 20,12C20,9.28 18.64,6.88 16.56,5.44M13,3H11V13H13";var P2="M17.65,6.35C16.2,4.9 14.21,4 12,4A8,8 0 0,0 4,12A8,8 0 0,0 12,20C15.73,20 18.84,17.45 19.73,14H17.65C16.83,16.33 14.61,18 12,18A6,6 0 0,1 6,12A6,6 0 0,1 12,6C13.66,6 15.14,6.69 16.22,7.78L13,11H20V4L17.65,6.35Z";var T2="M16,18H18V6H16M6,18L14.5,12L6,6V18Z";var R2="M13,14C9.64,14 8.54,15.35 8.18,16.24C9.25,16.7 10,17.76 10,19A3,3 0 0,1 7,22A3,3 0 0,1 4,19C4,17.69 4.83,16.58 6,16.17V7.83C4.83,7.42 4,6.31 4,5A3,3 0 0,1 7,2A3,3 0 0,1 10,5C10,6.31 9.17,7.42 8,7.83V13.12C8.88,12.47 10.16,12 12,12C14.67,12 15.56,10.66 15.85,9.77C14.77,9.32 14,8.25 14,7A3,3 0 0,1 17,4A3,3 0 0,1 20,7C20,8.34 19.12,9.5 17.91,9.86C17.65,11.29 16.68,14 13,14M7,18A1,1 0 0,0 6,19A1,1 0 0,0 7,20A1,1 0 0,0 8,19A1,1 0 0,0 7,18M7,4A1,1 0 0,0 6,5A1,1 0 0,0 7,6A1,1 0 0,0 8,5A1,1 0 0,0 7,4M17,6A1,1 0 0,0 16,7A1,1 0 0,0 17,8A1,1 0 0,0 18,7A1,1 0 0,0 17,6Z";var F2="M18 22H6V16L10 12L6 8V2H18V8L14 12L18 16M8 7.5L12 11.5L16 7.5V4H8M12 12.5L8 16.5V20H16V16.5M14 18H10V17.2L12 15.2L14 17.2Z";var $2="M8.28,5.45L6.5,4.55L7.76,2H16.23L17.5,4.55L15.72,5.44L15,4H9L8.28,5.45M18.62,8H14.09L13.3,5H10.7L9.91,8H5.38L4.1,10.55L5.89,11.44L6.62,10H17.38L18.1,11.45L19.89,10.56L18.62,8M17.77,22H15.7L15.46,21.1L12,15.9L8.53,21.1L8.3,22H6.23L9.12,11H11.19L10.83,12.35L12,14.1L13.16,12.35L12.81,11H14.88L17.77,22M11.4,15L10.5,13.65L9.32,18.13L11.4,15M14.68,18.12L13.5,13.64L12.6,15L14.68,18.12Z";var D2="M9,3V4H4V6H5V19A2,2 0 0,0 7,21H17A2,2 0 0,0 19,19V6H20V4H15V3H9M7,6H17V19H7V6M9,8V17H11V8H9M13,8V17H15V8H13Z";var E2="M2,5V19H8V5H2M9,5V10H15V5H9M16,5V14H22V5H16M9,11V19H15V11H9M16,15V19H22V15H16Z";var k1=globalThis,w1=k1.ShadowRoot&&(k1.ShadyCSS===void 0||k1.ShadyCSS.nativeShadow)&&"adoptedStyleSheets"in Document.prototype&&"replace"in CSSStyleSheet.prototype,H2=Symbol(),_2=new WeakMap,v1=class{constructor(V,C,H){if(this._$cssResult$=!0,H!==H2)throw Error("CSSResult is not constructable. Use `unsafeCSS` or `css` instead.");this.cssText=V,this.t=C}get styleSheet(){let V=this.o,C=this.t;if(w1&&V===void 0){let H=C!==void 0&&C.length===1;H&&(V=_2.get(C)),V===void 0&&((this.o=V=new CSSStyleSheet).replaceSync(this.cssText),H&&_2.set(C,V))}return V}toString(){return this.cssText}},N2=M=>new v1(typeof M=="string"?M:M+"",void 0,H2),O=(M,...V)=>{let C=M.length===1?M[0]:V.reduce((H,L,r)=>H+(e=>{if(e._$cssResult$===!0)return e.cssText;if(typeof e=="number")return e;throw Error("Value passed to 'css' function must be a 'css' function result: "+e+". Use 'unsafeCSS' to pass non-literal values, but take care to ensure page security.")})(L)+M[r+1],M[0]);return new v1(C,M,H2)},W2=(M,V)=>{if(w1)M.adoptedStyleSheets=V.map(C=>C instanceof CSSStyleSheet?C:C.styleSheet);else for(let C of V){let H=document.createElement("style"),L=k1.litNonce;L!==void 0&&H.setAttribute("nonce",L),H.textContent=C.cssText,M.appendChild(H)}},V2=w1?M=>M:M=>M instanceof CSSStyleSheet?(V=>{let C="";for(let H of V.cssRules)C+=H.cssText;return N2(C)})(M):M;var{is:_5,defineProperty:N5,getOwnPropertyDescriptor:W5,getOwnPropertyNames:I5,getOwnPropertySymbols:G5,getPrototypeOf:U5}=Object,y1=globalThis,I2=y1.trustedTypes,Q5=I2?I2.emptyScript:"",z5=y1.reactiveElementPolyfillSupport,x1=(M,V)=>M,s1={toAttribute(M,V){switch(V){case Boolean:M=M?Q5:null;break;case Object:case Array:M=M==null?M:JSON.stringify(M)}return M},fromAttribute(M,V){let C=M;switch(V){case Boolean:C=M!==null;break;case Number:C=M===null?null:Number(M);break;case Object:case Array:try{C=JSON.parse(M)}catch{C=null}}return C}},B1=(M,V)=>!_5(M,V),G2={attribute:!0,type:String,converter:s1,reflect:!1,useDefault:!1,hasChanged:B1};Symbol.metadata??=Symbol("metadata"),y1.litPropertyMetadata??=new WeakMap;var I=class extends HTMLElement{static addInitializer(V){this._$Ei(),(this.l??=[]).push(V)}static get observedAttributes(){return this.finalize(),this._$Eh&&[...this._$Eh.keys()]}static createProperty(V,C=G2){if(C.state&&(C.attribute=!1),this._$Ei(),this.prototype.hasOwnProperty(V)&&((C=Object.create(C)).wrapped=!0),this.elementProperties.set(V,C),!C.noAccessor){let H=Symbol(),L=this.getPropertyDescriptor(V,H,C);L!==void 0&&N5(this.prototype,V,L)}}static getPropertyDescriptor(V,C,H){let{get:L,set:r}=W5(this.prototype,V)??{get(){return this[C]},set(e){this[C]=e}};return{get:L,set(e){let i=L?.call(this);r?.call(this,e),this.requestUpdate(V,i,H)},configurable:!0,enumerable:!0}}static getPropertyOptions(V){return this.elementProperties.get(V)??G2}static _$Ei(){if(this.hasOwnProperty(x1("elementProperties")))return;let V=U5(this);V.finalize(),V.l!==void 0&&(this.l=[...V.l]),this.elementProperties=new Map(V.elementProperties)}static finalize(){if(this.hasOwnProperty(x1("finalized")))return;if(this.finalized=!0,this._$Ei(),this.hasOwnProperty(x1("properties"))){let C=this.properties,H=[...I5(C),...G5(C)];for(let L of H)this.createProperty(L,C[L])}let V=this[Symbol.metadata];if(V!==null){let C=litPropertyMetadata.get(V);if(C!==void 0)for(let[H,L]of C)this.elementProperties.set(H,L)}this._$Eh=new Map;for(let[C,H]of this.elementProperties){let L=this._$Eu(C,H);L!==void 0&&this._$Eh.set(L,C)}this.elementStyles=this.finalizeStyles(this.styles)}static finalizeStyles(V){let C=[];if(Array.isArray(V)){let H=new Set(V.flat(1/0).reverse());for(let L of H)C.unshift(V2(L))}else V!==void 0&&C.push(V2(V));return C}static _$Eu(V,C){let H=C.attribute;return H===!1?void 0:typeof H=="string"?H:typeof V=="string"?V.toLowerCase():void 0}constructor(){super(),this._$Ep=void 0,this.isUpdatePending=!1,this.hasUpdated=!1,this._$Em=null,this._$Ev()}_$Ev(){this._$ES=new Promise(V=>this.enableUpdating=V),this._$AL=new Map,this._$E_(),this.requestUpdate(),this.constructor.l?.forEach(V=>V(this))}addController(V){(this._$EO??=new Set).add(V),this.renderRoot!==void 0&&this.isConnected&&V.hostConnected?.()}removeController(V){this._$EO?.delete(V)}_$E_(){let V=new Map,C=this.constructor.elementProperties;for(let H of C.keys())this.hasOwnProperty(H)&&(V.set(H,this[H]),delete this[H]);V.size>0&&(this._$Ep=V)}createRenderRoot(){let V=this.shadowRoot??this.attachShadow(this.constructor.shadowRootOptions);return W2(V,this.constructor.elementStyles),V}connectedCallback(){this.renderRoot??=this.createRenderRoot(),this.enableUpdating(!0),this._$EO?.forEach(V=>V.hostConnected?.())}enableUpdating(V){}disconnectedCallback(){this._$EO?.forEach(V=>V.hostDisconnected?.())}attributeChangedCallback(V,C,H){this._$AK(V,H)}_$ET(V,C){let H=this.constructor.elementProperties.get(V),L=this.constructor._$Eu(V,H);if(L!==void 0&&H.reflect===!0){let r=(H.converter?.toAttribute!==void 0?H.converter:s1).toAttribute(C,H.type);this._$Em=V,r==null?this.removeAttribute(L):this.setAttribute(L,r),this._$Em=null}}_$AK(V,C){let H=this.constructor,L=H._$Eh.get(V);if(L!==void 0&&this._$Em!==L){let r=H.getPropertyOptions(L),e=typeof r.converter=="function"?{fromAttribute:r.converter}:r.converter?.fromAttribute!==void 0?r.converter:s1;this._$Em=L;let i=e.fromAttribute(C,r.type);this[L]=i??this._$Ej?.get(L)??i,this._$Em=null}}requestUpdate(V,C,H,L=!1,r){if(V!==void 0){let e=this.constructor;if(L===!1&&(r=this[V]),H??=e.getPropertyOptions(V),!((H.hasChanged??B1)(r,C)||H.useDefault&&H.reflect&&r===this._$Ej?.get(V)&&!this.hasAttribute(e._$Eu(V,H))))return;this.C(V,C,H)}this.isUpdatePending===!1&&(this._$ES=this._$EP())}C(V,C,{useDefault:H,reflect:L,wrapped:r},e){H&&!(this._$Ej??=new Map).has(V)&&(this._$Ej.set(V,e??C??this[V]),r!==!0||e!==void 0)||(this._$AL.has(V)||(this.hasUpdated||H||(C=void 0),this._$AL.set(V,C)),L===!0&&this._$Em!==V&&(this._$Eq??=new Set).add(V))}async _$EP(){this.isUpdatePending=!0;try{await this._$ES}catch(C){Promise.reject(C)}let V=this.scheduleUpdate();return V!=null&&await V,!this.isUpdatePending}scheduleUpdate(){return this.performUpdate()}performUpdate(){if(!this.isUpdatePending)return;if(!this.hasUpdated){if(this.renderRoot??=this.createRenderRoot(),this._$Ep){for(let[L,r]of this._$Ep)this[L]=r;this._$Ep=void 0}let H=this.constructor.elementProperties;if(H.size>0)for(let[L,r]of H){let{wrapped:e}=r,i=this[L];e!==!0||this._$AL.has(L)||i===void 0||this.C(L,void 0,r,i)}}let V=!1,C=this._$AL;try{V=this.shouldUpdate(C),V?(this.willUpdate(C),this._$EO?.forEach(H=>H.hostUpdate?.()),this.update(C)):this._$EM()}catch(H){throw V=!1,this._$EM(),H}V&&this._$AE(C)}willUpdate(V){}_$AE(V){this._$EO?.forEach(C=>C.hostUpdated?.()),this.hasUpdated||(this.hasUpdated=!0,this.firstUpdated(V)),this.updated(V)}_$EM(){this._$AL=new Map,this.isUpdatePending=!1}get updateComplete(){return this.getUpdateComplete()}getUpdateComplete(){return this._$ES}shouldUpdate(V){return!0}update(V){this._$Eq&&=this._$Eq.forEach(C=>this._$ET(C,this[C])),this._$EM()}updated(V){}firstUpdated(V){}};I.elementStyles=[],I.shadowRootOptions={mode:"open"},I[x1("elementProperties")]=new Map,I[x1("finalized")]=new Map,z5?.({ReactiveElement:I}),(y1.reactiveElementVersions??=[]).push("2.1.2");var M2=globalThis,U2=M=>M,P1=M2.trustedTypes,Q2=P1?P1.createPolicy("lit-html",{createHTML:M=>M}):void 0,r2="$lit$",G=`lit$${Math.random().toFixed(9).slice(2)}$`,e2="?"+G,q5=`<${e2}>`,V1=document,u1=()=>V1.createComment(""),S1=M=>M===null||typeof M!="object"&&typeof M!="function",t2=Array.isArray,Y2=M=>t2(M)||typeof M?.[Symbol.iterator]=="function",L2=`[ 	
\f\r]`,Z1=/<(?:(!--|\/[^a-zA-Z])|(\/?[a-zA-Z][^>\s]*)|(\/?$))/g,z2=/-->/g,q2=/>/g,C1=RegExp(`>|${L2}(?:([^\\s"'>=/]+)(${L2}*=${L2}*(?:[^ 	
\f\r"'\`<>=]|("|')|))|$)`,"g"),K2=/'/g,j2=/"/g,J2=/^(?:script|style|textarea|title)$/i,i2=M=>(V,...C)=>({_$litType$:M,strings:V,values:C}),o=i2(1),A1=i2(2),g3=i2(3),f=Symbol.for("lit-noChange"),A=Symbol.for("lit-nothing"),X2=new WeakMap,H1=V1.createTreeWalker(V1,129);function C5(M,V){if(!t2(M)||!M.hasOwnProperty("raw"))throw Error("invalid template strings array");return Q2!==void 0?Q2.createHTML(V):V}var H5=(M,V)=>{let C=M.length-1,H=[],L,r=V===2?"<svg>":V===3?"<math>":"",e=Z1;for(let i=0;i<C;i++){let a=M[i],p,l,m=-1,x=0;for(;x<a.length&&(e.lastIndex=x,l=e.exec(a),l!==null);)x=e.lastIndex,e===Z1?l[1]==="!--"?e=z2:l[1]!==void 0?e=q2:l[2]!==void 0?(J2.test(l[2])&&(L=RegExp("</"+l[2],"g")),e=C1):l[3]!==void 0&&(e=C1):e===C1?l[0]===">"?(e=L??Z1,m=-1):l[1]===void 0?m=-2:(m=e.lastIndex-l[2].length,p=l[1],e=l[3]===void 0?C1:l[3]==='"'?j2:K2):e===j2||e===K2?e=C1:e===z2||e===q2?e=Z1:(e=C1,L=void 0);let d=e===C1&&M[i+1].startsWith("/>")?" ":"";r+=e===Z1?a+q5:m>=0?(H.push(p),a.slice(0,m)+r2+a.slice(m)+G+d):a+G+(m===-2?i:d)}return[C5(M,r+(M[C]||"<?>")+(V===2?"</svg>":V===3?"</math>":"")),H]},c1=class M{constructor({strings:V,_$litType$:C},H){let L;this.parts=[];let r=0,e=0,i=V.length-1,a=this.parts,[p,l]=H5(V,C);if(this.el=M.createElement(p,H),H1.currentNode=this.el.content,C===2||C===3){let m=this.el.content.firstChild;m.replaceWith(...m.childNodes)}for(;(L=H1.nextNode())!==null&&a.length<i;){if(L.nodeType===1){if(L.hasAttributes())for(let m of L.getAttributeNames())if(m.endsWith(r2)){let x=l[e++],d=L.getAttribute(m).split(G),s=/([.?@])?(.*)/.exec(x);a.push({type:1,index:r,name:s[2],strings:d,ctor:s[1]==="."?R1:s[1]==="?"?F1:s[1]==="@"?$1:M1}),L.removeAttribute(m)}else m.startsWith(G)&&(a.push({type:6,index:r}),L.removeAttribute(m));if(J2.test(L.tagName)){let m=L.textContent.split(G),x=m.length-1;if(x>0){L.textContent=P1?P1.emptyScript:"";for(let d=0;d<x;d++)L.append(m[d],u1()),H1.nextNode(),a.push({type:2,index:++r});L.append(m[x],u1())}}}else if(L.nodeType===8)if(L.data===e2)a.push({type:2,index:r});else{let m=-1;for(;(m=L.data.indexOf(G,m+1))!==-1;)a.push({type:7,index:r}),m+=G.length-1}r++}}static createElement(V,C){let H=V1.createElement("template");return H.innerHTML=V,H}};function L1(M,V,C=M,H){if(V===f)return V;let L=H!==void 0?C._$Co?.[H]:C._$Cl,r=S1(V)?void 0:V._$litDirective$;return L?.constructor!==r&&(L?._$AO?.(!1),r===void 0?L=void 0:(L=new r(M),L._$AT(M,C,H)),H!==void 0?(C._$Co??=[])[H]=L:C._$Cl=L),L!==void 0&&(V=L1(M,L._$AS(M,V.values),L,H)),V}var T1=class{constructor(V,C){this._$AV=[],this._$AN=void 0,this._$AD=V,this._$AM=C}get parentNode(){return this._$AM.parentNode}get _$AU(){return this._$AM._$AU}u(V){let{el:{content:C},parts:H}=this._$AD,L=(V?.creationScope??V1).importNode(C,!0);H1.currentNode=L;let r=H1.nextNode(),e=0,i=0,a=H[0];for(;a!==void 0;){if(e===a.index){let p;a.type===2?p=new a1(r,r.nextSibling,this,V):a.type===1?p=new a.ctor(r,a.name,a.strings,this,V):a.type===6&&(p=new D1(r,this,V)),this._$AV.push(p),a=H[++i]}e!==a?.index&&(r=H1.nextNode(),e++)}return H1.currentNode=V1,L}p(V){let C=0;for(let H of this._$AV)H!==void 0&&(H.strings!==void 0?(H._$AI(V,H,C),C+=H.strings.length-2):H._$AI(V[C])),C++}},a1=class M{get _$AU(){return this._$AM?._$AU??this._$Cv}constructor(V,C,H,L){this.type=2,this._$AH=A,this._$AN=void 0,this._$AA=V,this._$AB=C,this._$AM=H,this.options=L,this._$Cv=L?.isConnected??!0}get parentNode(){let V=this._$AA.parentNode,C=this._$AM;return C!==void 0&&V?.nodeType===11&&(V=C.parentNode),V}get startNode(){return this._$AA}get endNode(){return this._$AB}_$AI(V,C=this){V=L1(this,V,C),S1(V)?V===A||V==null||V===""?(this._$AH!==A&&this._$AR(),this._$AH=A):V!==this._$AH&&V!==f&&this._(V):V._$litType$!==void 0?this.$(V):V.nodeType!==void 0?this.T(V):Y2(V)?this.k(V):this._(V)}O(V){return this._$AA.parentNode.insertBefore(V,this._$AB)}T(V){this._$AH!==V&&(this._$AR(),this._$AH=this.O(V))}_(V){this._$AH!==A&&S1(this._$AH)?this._$AA.nextSibling.data=V:this.T(V1.createTextNode(V)),this._$AH=V}$(V){let{values:C,_$litType$:H}=V,L=typeof H=="number"?this._$AC(V):(H.el===void 0&&(H.el=c1.createElement(C5(H.h,H.h[0]),this.options)),H);if(this._$AH?._$AD===L)this._$AH.p(C);else{let r=new T1(L,this),e=r.u(this.options);r.p(C),this.T(e),this._$AH=r}}_$AC(V){let C=X2.get(V.strings);return C===void 0&&X2.set(V.strings,C=new c1(V)),C}k(V){t2(this._$AH)||(this._$AH=[],this._$AR());let C=this._$AH,H,L=0;for(let r of V)L===C.length?C.push(H=new M(this.O(u1()),this.O(u1()),this,this.options)):H=C[L],H._$AI(r),L++;L<C.length&&(this._$AR(H&&H._$AB.nextSibling,L),C.length=L)}_$AR(V=this._$AA.nextSibling,C){for(this._$AP?.(!1,!0,C);V!==this._$AB;){let H=U2(V).nextSibling;U2(V).remove(),V=H}}setConnected(V){this._$AM===void 0&&(this._$Cv=V,this._$AP?.(V))}},M1=class{get tagName(){return this.element.tagName}get _$AU(){return this._$AM._$AU}constructor(V,C,H,L,r){this.type=1,this._$AH=A,this._$AN=void 0,this.element=V,this.name=C,this._$AM=L,this.options=r,H.length>2||H[0]!==""||H[1]!==""?(this._$AH=Array(H.length-1).fill(new String),this.strings=H):this._$AH=A}_$AI(V,C=this,H,L){let r=this.strings,e=!1;if(r===void 0)V=L1(this,V,C,0),e=!S1(V)||V!==this._$AH&&V!==f,e&&(this._$AH=V);else{let i=V,a,p;for(V=r[0],a=0;a<r.length-1;a++)p=L1(this,i[H+a],C,a),p===f&&(p=this._$AH[a]),e||=!S1(p)||p!==this._$AH[a],p===A?V=A:V!==A&&(V+=(p??"")+r[a+1]),this._$AH[a]=p}e&&!L&&this.j(V)}j(V){V===A?this.element.removeAttribute(this.name):this.element.setAttribute(this.name,V??"")}},R1=class extends M1{constructor(){super(...arguments),this.type=3}j(V){this.element[this.name]=V===A?void 0:V}},F1=class extends M1{constructor(){super(...arguments),this.type=4}j(V){this.element.toggleAttribute(this.name,!!V&&V!==A)}},$1=class extends M1{constructor(V,C,H,L,r){super(V,C,H,L,r),this.type=5}_$AI(V,C=this){if((V=L1(this,V,C,0)??A)===f)return;let H=this._$AH,L=V===A&&H!==A||V.capture!==H.capture||V.once!==H.once||V.passive!==H.passive,r=V!==A&&(H===A||L);L&&this.element.removeEventListener(this.name,this,H),r&&this.element.addEventListener(this.name,this,V),this._$AH=V}handleEvent(V){typeof this._$AH=="function"?this._$AH.call(this.options?.host??this.element,V):this._$AH.handleEvent(V)}},D1=class{constructor(V,C,H){this.element=V,this.type=6,this._$AN=void 0,this._$AM=C,this.options=H}get _$AU(){return this._$AM._$AU}_$AI(V){L1(this,V)}},V5={M:r2,P:G,A:e2,C:1,L:H5,R:T1,D:Y2,V:L1,I:a1,H:M1,N:F1,U:$1,B:R1,F:D1},K5=M2.litHtmlPolyfillSupport;K5?.(c1,a1),(M2.litHtmlVersions??=[]).push("3.3.3");var L5=(M,V,C)=>{let H=C?.renderBefore??V,L=H._$litPart$;if(L===void 0){let r=C?.renderBefore??null;H._$litPart$=L=new a1(V.insertBefore(u1(),r),r,void 0,C??{})}return L._$AI(M),L};var o2=globalThis,S=class extends I{constructor(){super(...arguments),this.renderOptions={host:this},this._$Do=void 0}createRenderRoot(){let V=super.createRenderRoot();return this.renderOptions.renderBefore??=V.firstChild,V}update(V){let C=this.render();this.hasUpdated||(this.renderOptions.isConnected=this.isConnected),super.update(V),this._$Do=L5(C,this.renderRoot,this.renderOptions)}connectedCallback(){super.connectedCallback(),this._$Do?.setConnected(!0)}disconnectedCallback(){super.disconnectedCallback(),this._$Do?.setConnected(!1)}render(){return f}};S._$litElement$=!0,S.finalized=!0,o2.litElementHydrateSupport?.({LitElement:S});var j5=o2.litElementPolyfillSupport;j5?.({LitElement:S});(o2.litElementVersions??=[]).push("4.2.2");var X5={attribute:!0,type:String,converter:s1,reflect:!1,hasChanged:B1},Y5=(M=X5,V,C)=>{let{kind:H,metadata:L}=C,r=globalThis.litPropertyMetadata.get(L);if(r===void 0&&globalThis.litPropertyMetadata.set(L,r=new Map),H==="setter"&&((M=Object.create(M)).wrapped=!0),r.set(C.name,M),H==="accessor"){let{name:e}=C;return{set(i){let a=V.get.call(this);V.set.call(this,i),this.requestUpdate(e,a,M,!0,i)},init(i){return i!==void 0&&this.C(e,void 0,M,i),i}}}if(H==="setter"){let{name:e}=C;return function(i){let a=this[e];V.call(this,i),this.requestUpdate(e,a,M,!0,i)}}throw Error("Unsupported decorator location: "+H)};function v(M){return(V,C)=>typeof C=="object"?Y5(M,V,C):((H,L,r)=>{let e=L.hasOwnProperty(r);return L.constructor.createProperty(r,H),e?Object.getOwnPropertyDescriptor(L,r):void 0})(M,V,C)}function Z(M){return v({...M,state:!0,attribute:!1})}var b="ev_load_manager",N1=M=>M.callWS({type:`${b}/groups`}),r5=(M,V)=>M.callWS({type:`${b}/entities`,entry_id:V}),W1=(M,V)=>M.callWS({type:`${b}/safe_limit_log`,entry_id:V}),e5=(M,V,C)=>M.callWS({type:`${b}/recalculations`,entry_id:V,...C}),a2=(M,V,C)=>M.callWS({type:`${b}/change`,entry_id:V,...C}),I1=(M,V,C,H,L)=>M.callWS({type:`${b}/change_connector`,entry_id:V,charger:C,connector:H,...L}),t5=(M,V,C,H)=>M.callWS({type:`${b}/put_first_in_line`,entry_id:V,charger:C,connector:H}),i5=(M,V,C,H)=>M.callWS({type:`${b}/change_feeder`,entry_id:V,circuit:C,maximum:H}),o5=M=>typeof M=="object"&&M!==null&&"message"in M;function F(M,V){if(!o5(V))return String(V);let{translation_domain:C,translation_key:H}=V;return(C&&H?M.localize(`component.${C}.exceptions.${H}.message`,V.translation_placeholders):"")||V.message}var M5=[1,1,2,5],_1=class{constructor(V,C,H,L){this.connection=V;this.entryId=C;this.tell=H;this.fail=L;this.stopped=!1;this.tries=0;this.again=()=>{this.end=void 0,this.tries=0,window.clearTimeout(this.timer),this.subscribe()};V.addEventListener("ready",this.again),this.subscribe()}stop(){this.stopped=!0,this.connection.removeEventListener("ready",this.again),window.clearTimeout(this.timer),this.end?.().catch(()=>{}),this.end=void 0}async subscribe(){try{let V=await this.connection.subscribeMessage(C=>{this.stopped||this.tell(C)},{type:`${b}/subscribe`,entry_id:this.entryId},{resubscribe:!1});this.tries=0,this.stopped?await V().catch(()=>{}):this.end=V}catch(V){if(this.stopped)return;if(o5(V)&&V.translation_key==="group_not_found"){this.tell({state:"removed"});return}this.fail(V);let C=M5[Math.min(this.tries++,M5.length-1)];this.timer=window.setTimeout(()=>{this.subscribe()},C*1e3)}}};function k(M,V){customElements.get(M)||customElements.define(M,V)}var u=M=>o`<svg class="icon" viewBox="0 0 24 24" aria-hidden="true" focusable="false">
    ${A1`<path d=${M}></path>`}
  </svg>`;var $=(M,V,C,H=A)=>o`
  <div class="card">
    <div class="empty">
      ${u(M)}
      <h2>${V}</h2>
      <p class="quiet">${C}</p>
      ${H}
    </div>
  </div>
`;var d1=class{constructor(V){this.host=V;this.seen={state:"loading"};this.receivedAt=0;V.addController(this)}follow(V,C){let H=this.hass?.connection===V.connection;this.hass=V,!(this.follower&&this.followed===C&&H)&&(this.stop(),this.followed=C,this.seen={state:"loading"},this.follower=new _1(V.connection,C,L=>{this.receivedAt=performance.now(),this.seen=L,this.host.requestUpdate()},L=>{this.seen.state==="running"&&this.hass?.connected===!1||(this.seen={state:"unreachable",error:F(V,L)},this.host.requestUpdate())}))}get group(){return this.seen.state==="running"?this.seen.group:void 0}get now(){return(this.group?.now??0)+(performance.now()-this.receivedAt)/1e3}hostConnected(){this.hass&&this.followed&&!this.follower&&this.follow(this.hass,this.followed)}hostDisconnected(){this.stop()}stop(){this.follower?.stop(),this.follower=void 0}};function R(M,V){return!V||M.connected!==V.connected||M.connection!==V.connection||M.locale!==V.locale||M.localize!==V.localize||M.themes!==V.themes||M.user!==V.user||M.config.components.length!==V.config.components.length}var p1="/ev-load-manager",q=M=>`/config/integrations/integration/${b}${M?`#config_entry=${M}`:""}`,a5=`/config/integrations/dashboard/add?domain=${b}`;var G1={title:"EV charging",tabs:{now:"Now",history:"History",log:"Log",settings:"Settings"},menu:"Show or hide the sidebar",group:"Group",loading:"Loading…",starting:"Starting",offline:"Not connected",status_unknown:"Nothing heard yet",outlet:"{charger}, outlet {number}",reconnecting:"The connection to Home Assistant is lost. What you see is from before; it goes on as soon as the connection is back.",stopped:{title:"This group is not running",text:"Its entry under Devices & services tells why.",open:"Open Devices & services"},removed:{title:"This group was removed",text:"Its chargers do what they do on their own."},unreachable:{title:"The group can't be shown",text:"Home Assistant says: {error} It is tried again by itself."},no_groups:{title:"No group of chargers yet",admin:"A group is the chargers that share one fuse. Add EV Load Manager, enter the rated current of the fuse, and let the chargers connect.",guest:"An administrator can add one under Devices & services.",add:"Add EV Load Manager"},no_chargers:{title:"No charger in this group yet",text:"In the settings of the charger, enter this address for OCPP 1.6, with an ID of your choice at its end:",then:"Then add the charger here; one that has connected is offered by itself.",add:"Add charger",guest:"An administrator can add chargers under Devices & services."},circuit:{grid:"Grid connection",group:"Group",feeder:"Feeder",charger:"Charger"},bars:{of:"{current} of {limit}",headroom:"{current} free",no_headroom:"nothing free",over:"{current} too much",other_load:"Other load",reserved:"Set aside, not drawn",unavailable:"Not available at present",meter:"{phase}: {current} of {limit}",phase_of:"{name}, phase {phase}"},connector:{of_offered:"of {offered} offered",nothing_offered:"nothing offered",measured:"Drawing now",not_measured:"Not measured",phases:"Phases",offered:"Offered",offered_help:"the limit that the charger has accepted",limit:"Limit",limit_help:"what it may have now",target:"Share",target_help:"what it gets once the others have followed",reserved:"Set aside",reserved_help:"counted for it, whatever it draws",maximum:"Maximum",session:"{energy} in {time}",session_time:"for {time}",id_tag:"ID tag",driver:"Driver",wiring:"Wiring",fallback:"Without Home Assistant",details:"Details",details_of:"Details of {name}",pause:"Pause",pause_of:"Pause charging at {name}",first:"Next",first_of:"Give the next turn to {name}",is_first:"It is first in line.",allow:"Let it charge",allow_of:"Let {name} charge",stale:"from before the connection was lost"},summary:{charging:{one:"{count} car charges",other:"{count} cars charge"},waiting:{one:"{count} car waits for its turn",other:"{count} cars wait for their turn"},idle:"No car charges",temporary_limit:"{circuit} is limited to {limit} until {until} ({name}).",unknown:{one:"{count} unknown charger wants to join",other:"{count} unknown chargers want to join"},see:"See who it is"},reason:{none:"Nothing is decided yet.",no_car:"No car is plugged in.",not_started:"A car is plugged in; charging has not started.",full_speed:"Nothing holds it back: it may draw its maximum of {maximum}.",equal_share:"It shares the current equally with the others.",equal_share_where:"It shares phase {phase} of {circuit} equally with the others.",minimum:"There is too little for all: everyone keeps the minimum.",minimum_where:"There is too little for all on phase {phase} of {circuit}: everyone keeps the minimum.",starting:"It has just started: first it shows what it can use.",unused_current:"The car takes less than it could have; the rest goes to others.",waiting_for_increase:"It gets {target} in a moment: others come down first.",waiting_for_turn:"There is not enough for everyone: it waits for its turn.",waiting_for_turn_where:"There is not enough on phase {phase} of {circuit}: it waits for its turn.",paused_by_user:"Somebody paused it.",car_full:"The car is full or takes nothing for other reasons.",car_paused:"The car takes nothing at the moment; its minimum is kept for it.",safe_limit:"The meter can't be trusted: all share the safe limit.",temporary_limit:"A temporary limit holds: it shares what that leaves.",temporary_limit_where:"A temporary limit holds for {circuit}: it shares phase {phase} of it.",charger_offline:"The charger is not connected; it does what it does on its own.",not_controllable:"The charger takes no limits; the others leave room for it.",does_not_obey:"It draws more than it may and is counted with what it draws.",over_limit:"A phase is over its limit: it is lowered until that holds.",over_limit_where:"Phase {phase} of {circuit} is over its limit: it is lowered until that holds.",balancing_off:"Load management is off: everyone may draw the maximum."},next_turn:"Its turn comes in {time} at the latest.",next_turn_now:"Its turn comes now.",cause:{starting:"No reading of the meter since the start",silent:"The meter was silent",frozen:"The meter's values did not change",implausible:"The meter showed impossible values"},history:{period:"Period",hour:"1 hour",six_hours:"6 hours",day:"1 day",week:"1 week",earlier:"Earlier",later:"Later",chargers:"Current of all chargers",meter:"Current at the grid connection",other_load:"Other load",connectors:"Current of each car",maximum_current:"Limit",grid_maximum_current:"Grid limit",safe_limit_period:"Safe limit",download:"Download the meter's values (CSV)",no_recorder:"Home Assistant keeps no history",no_recorder_text:"The recorder and history integrations are needed for the charts.",empty:"Nothing was recorded in this period.",table:"As a table",time:"Time",highest:"Highest",average:"Average",summary:"{name}: highest {highest}"},log:{safe_limit:"Safe limit",safe_limit_help:"When the group shared the safe limit because the meter could not be trusted.",safe_limit_never:"It has never been needed.",safe_limit_no_meter:"This group has no meter, so it needs no safe limit.",start:"Start",end:"End",lasts:"ongoing",duration:"Duration",cause:"Why",limit:"Limit",recalculations:"Recalculations",recalculations_help:"Every time that somebody's limit changed, with what went in and what came out. The last day is kept.",recalculations_never:"Nothing was recalculated yet. It begins with the first car.",all_chargers:"All chargers",charger:"Charger",reload:"Reload",live:"Live",time:"Time",trigger:"Because of",mode:"Mode",meter:"Meter",other_load:"Other load",available:"Available",result:"Limits",outlet:"Outlet",status:"Status",measured:"Measured",offered:"Offered",new_limit:"New limit",share:"Share",reason:"Reason",more:"Show more",details:"Details of {time}",modes:{off:"Off",dynamic:"DLM",adaptive:"ALM",safe_limit:"Safe limit"},triggers:{capabilities:"charger's abilities",connection:"connection",first_in_line:"somebody put first",identity:"charger's identity",limit:"limit accepted",meter:"meter",settings:"settings",status:"status",time:"time",transaction:"session",values:"charger's values"}},settings:{read_only:"Only administrators can change settings.",group:"Load management",maximum_current:"Maximum current rating",maximum_current_help:"What all chargers together may draw, per phase. The fuse carries {rated}.",balancing:"Dynamic load management (DLM)",balancing_help:"The chargers share the limit. Off: each may draw its own maximum.",policy:"When there is too little for all",policies:{take_turns:"Take turns: the limit always holds",minimum_for_all:"Minimum for all: the limit may be exceeded, up to the fuse"},adaptive:"Adaptive load management (ALM)",adaptive_help:"The cars get what the building leaves them.",grid_maximum_current:"Grid maximum current rating",grid_maximum_current_help:"What the building and the cars together may draw, per phase. The main fuse carries {rated}.",safe_limit:"Safe limit",safe_limit_help:"What the chargers share while the meter can't be trusted.",phase_choice:"Phase that counts",phase_choices:{each_phase:"Each phase for itself",highest_phase:"The most loaded phase for all",l1:"L1 for all",l2:"L2 for all",l3:"L3 for all"},no_meter:"Without a meter the chargers share a fixed limit. With one the cars get what the building leaves them.",set_up_meter:"Set up a meter",chargers:"Chargers",charger:"Charger",dlm:"DLM",alm:"ALM",suited:{yes:"Suited",no:"Not suited",unknown:"Not known yet"},because:{known_model:"the model is known for it",takes_limits:"it took a limit",takes_no_limits:"it refused every way of setting a limit",no_smart_charging:"it does not say that it can be controlled",smart_charging:"it says that it can be controlled",reports_phases:"it reports the current of each phase",reports_no_phases:"it does not report the current of each phase",own_meter:"a meter of its own reports it",not_seen:"no session has shown it yet"},feeder_help:"What this feeder may carry, per phase. Its fuse carries {rated}.",without:"If Home Assistant stops",dead_man:{falls:"it falls to {fallback} after {time} at the latest",falls_soon:"it falls to {fallback}",stops:"it stops charging after {time} at the latest",stops_soon:"it stops charging",stays:"it keeps its last limit, or forgets every limit: the installer's setting is what holds",unknown:"not known before the first session",accepted:"the charger accepted that",verified:"the charger confirms that",proven:"proven"},connector_maximum:"Maximum",connector_maximum_of:"Maximum of {name}",charging_allowed:"May charge",charging_allowed_of:"{name} may charge",unknown:"Waiting to be accepted",unknown_help:"These chargers have connected. They get no limit and no car charges before you add them.",unknown_connected:"connected",unknown_gone:"not connected any more",add:"Add charger",saved:"Saved",entry:"All settings of the group"},card:{name:"EV Load Manager",description:"Who charges with how much, and why.",open:"Open the page"}};var A2={en:G1};function A5(M,V){let C=M;for(let H of V){if(typeof C!="object"||C===null)return;C=C[H]}return typeof C=="string"?C:void 0}function t(M,V,C={}){let H=V.split("."),L=M.locale?.language??M.language,r=A2[L]??A2[L.split("-")[0]];return((r&&A5(r,H))??A5(G1,H)??V).replace(/\{(\w+)\}/g,(i,a)=>String(C[a]??i))}var U1=(M,V,C)=>t(M,`${V}.${new Intl.PluralRules(M.locale.language).select(C)==="one"?"one":"other"}`,{count:C}),r1=(M,V,C)=>M.localize(`component.${b}.entity.sensor.${V}.state.${C}`)||C.replaceAll("_"," ");async function Q1(M){await Promise.allSettled([M.loadBackendTranslation?.("entity",b),M.loadBackendTranslation?.("exceptions",b)])}var w=O`
  :host {
    --radius: var(--ha-card-border-radius, var(--ha-border-radius-lg, 12px));
    --quiet: var(--secondary-text-color, #727272);
    --loud: var(--primary-text-color, #212121);
    --accent: var(--primary-color, #009ac7);
    /* Home Assistant's own accent is too light for small words on white. */
    --accent-words: color-mix(in srgb, var(--accent) 66%, var(--loud));
    --line: var(--divider-color, #e0e0e0);
    --track: color-mix(in srgb, var(--primary-text-color, #212121) 9%, transparent);
    --other: color-mix(in srgb, var(--primary-text-color, #212121) 38%, transparent);
    --good: var(--success-color, #43a047);
    --warn: var(--warning-color, #ffa600);
    --bad: var(--error-color, #db4437);
    color: var(--loud);
    font-family: var(--ha-font-family-body, Roboto, sans-serif);
    font-size: var(--ha-font-size-m, 14px);
    line-height: var(--ha-line-height-normal, 1.5);
    -webkit-font-smoothing: antialiased;
  }
  * {
    box-sizing: border-box;
  }
  h2,
  h3,
  p,
  dl,
  dd,
  ul,
  figure {
    margin: 0;
    padding: 0;
  }
  ul {
    list-style: none;
  }
  h2,
  h3 {
    font-weight: var(--ha-font-weight-medium, 500);
    font-size: var(--ha-font-size-l, 16px);
    line-height: 1.4;
  }
  .card {
    background: var(--ha-card-background, var(--card-background-color, #fff));
    border: var(--ha-card-border-width, 1px) solid var(--ha-card-border-color, var(--line));
    border-radius: var(--radius);
    box-shadow: var(--ha-card-box-shadow, none);
    padding: 16px;
    min-width: 0;
  }
  .icon {
    width: 24px;
    height: 24px;
    fill: currentColor;
    flex: none;
    vertical-align: middle;
  }
  .small.icon,
  .small .icon {
    width: 18px;
    height: 18px;
  }
  .quiet {
    color: var(--quiet);
  }
  .row {
    display: flex;
    align-items: center;
    gap: 12px;
    min-width: 0;
  }
  .grow {
    flex: 1;
    min-width: 0;
  }
  .name {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .numbers {
    font-variant-numeric: tabular-nums;
    white-space: nowrap;
  }
  .chip {
    display: inline-flex;
    align-items: center;
    gap: 6px;
    border-radius: 9999px;
    padding: 2px 10px;
    font-size: var(--ha-font-size-s, 12px);
    font-weight: var(--ha-font-weight-medium, 500);
    white-space: nowrap;
    background: var(--track);
    color: var(--loud);
  }
  .chip::before {
    content: "";
    width: 8px;
    height: 8px;
    border-radius: 50%;
    background: var(--chip-color, var(--other));
  }
  .chip.good {
    --chip-color: var(--good);
  }
  .chip.warn {
    --chip-color: var(--warn);
  }
  .chip.bad {
    --chip-color: var(--bad);
  }
  .chip.accent {
    --chip-color: var(--accent);
  }
  button,
  a.button {
    font: inherit;
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--accent-words);
    background: none;
    border: 0;
    border-radius: 9999px;
    min-height: 40px;
    padding: 0 14px;
    display: inline-flex;
    align-items: center;
    gap: 8px;
    cursor: pointer;
    text-decoration: none;
    white-space: nowrap;
  }
  button.filled,
  a.button.filled {
    background: color-mix(in srgb, var(--accent) 76%, black);
    color: #fff;
  }
  button.tonal,
  a.button.tonal {
    background: color-mix(in srgb, var(--accent) 14%, transparent);
  }
  button:hover:not(:disabled),
  a.button:hover {
    background: color-mix(in srgb, var(--accent) 10%, transparent);
  }
  button.filled:hover:not(:disabled),
  a.button.filled:hover {
    background: color-mix(in srgb, var(--accent) 64%, black);
  }
  button.tonal:hover:not(:disabled),
  a.button.tonal:hover {
    background: color-mix(in srgb, var(--accent) 22%, transparent);
  }
  button:disabled {
    opacity: 0.5;
    cursor: default;
  }
  a {
    color: var(--accent-words);
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
  }
  input[type="number"],
  input[type="datetime-local"],
  input[type="date"],
  select {
    font: inherit;
    color: var(--loud);
    background: var(--ha-color-form-background, var(--track));
    border: 0;
    border-bottom: 1px solid var(--ha-color-border-neutral-loud, var(--quiet));
    border-radius: 4px 4px 0 0;
    min-height: 44px;
    padding: 4px 12px;
    max-width: 100%;
  }
  input[type="number"] {
    width: 104px;
    text-align: end;
    font-variant-numeric: tabular-nums;
  }
  select {
    appearance: none;
    padding-inline-end: 36px;
    text-overflow: ellipsis;
    background-image:
      linear-gradient(45deg, transparent 50%, currentColor 50%),
      linear-gradient(-45deg, transparent 50%, currentColor 50%);
    background-position:
      right 19px center,
      right 13px center;
    background-size:
      6px 6px,
      6px 6px;
    background-repeat: no-repeat;
  }
  select option {
    background: var(--card-background-color, #fff);
    color: var(--loud);
  }
  input:disabled,
  select:disabled {
    opacity: 0.6;
    border-bottom-style: dotted;
  }
  input[type="checkbox"][role="switch"] {
    appearance: none;
    position: relative;
    flex: none;
    width: 48px;
    height: 28px;
    margin: 0;
    border-radius: 9999px;
    background: color-mix(in srgb, var(--loud) 30%, transparent);
    cursor: pointer;
    transition: background 0.15s ease;
  }
  input[type="checkbox"][role="switch"]::after {
    content: "";
    position: absolute;
    inset-block-start: 4px;
    inset-inline-start: 4px;
    width: 20px;
    height: 20px;
    border-radius: 50%;
    background: #fff;
    box-shadow: 0 1px 3px rgba(0, 0, 0, 0.35);
    transition: translate 0.15s ease;
  }
  input[type="checkbox"][role="switch"]:checked {
    background: var(--accent);
  }
  input[type="checkbox"][role="switch"]:checked::after {
    translate: 20px 0;
  }
  :host([dir="rtl"]) input[type="checkbox"][role="switch"]:checked::after {
    translate: -20px 0;
  }
  input[type="checkbox"][role="switch"]:disabled {
    opacity: 0.5;
    cursor: default;
  }
  .alert {
    display: flex;
    align-items: center;
    gap: 12px;
    flex-wrap: wrap;
    border-radius: var(--ha-border-radius-sm, 4px);
    padding: 8px 12px;
    --tone: var(--info-color, #039be5);
    background: color-mix(in srgb, var(--tone) 13%, transparent);
  }
  .alert .icon {
    color: var(--tone);
  }
  .alert.warn {
    --tone: var(--warn);
  }
  .alert.bad {
    --tone: var(--bad);
  }
  .empty {
    text-align: center;
    padding: 40px 24px;
    display: grid;
    justify-items: center;
    gap: 12px;
    max-width: 560px;
    margin: 0 auto;
  }
  .empty .icon {
    width: 56px;
    height: 56px;
    color: var(--quiet);
  }
  code {
    font-family: var(--ha-font-family-code, monospace);
    background: var(--track);
    border-radius: 4px;
    padding: 2px 6px;
    overflow-wrap: anywhere;
    user-select: all;
  }
  table {
    border-collapse: collapse;
    width: 100%;
  }
  th,
  td {
    text-align: start;
    padding: 8px 10px;
    border-bottom: 1px solid var(--line);
    vertical-align: top;
  }
  th {
    font-weight: var(--ha-font-weight-medium, 500);
    color: var(--quiet);
    white-space: nowrap;
  }
  td.end,
  th.end {
    text-align: end;
  }
  tbody tr:last-child td {
    border-bottom: 0;
  }
  .scroll {
    overflow-x: auto;
    margin-inline: -16px;
    padding-inline: 6px;
  }
  .sr {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
    }
  }
`;var D={ATTRIBUTE:1,CHILD:2,PROPERTY:3,BOOLEAN_ATTRIBUTE:4,EVENT:5,ELEMENT:6},m1=M=>(...V)=>({_$litDirective$:M,values:V}),K=class{constructor(V){}get _$AU(){return this._$AM._$AU}_$AT(V,C,H){this._$Ct=V,this._$AM=C,this._$Ci=H}_$AS(V,C){return this.update(V,C)}update(V,C){return this.render(...C)}};var{I:C3}=V5,d5=M=>M;var m5=M=>M.strings===void 0,p5=()=>document.createComment(""),n1=(M,V,C)=>{let H=M._$AA.parentNode,L=V===void 0?M._$AB:V._$AA;if(C===void 0){let r=H.insertBefore(p5(),L),e=H.insertBefore(p5(),L);C=new C3(r,e,M,M.options)}else{let r=C._$AB.nextSibling,e=C._$AM,i=e!==M;if(i){let a;C._$AQ?.(M),C._$AM=M,C._$AP!==void 0&&(a=M._$AU)!==e._$AU&&C._$AP(a)}if(r!==L||i){let a=C._$AA;for(;a!==r;){let p=d5(a).nextSibling;d5(H).insertBefore(a,L),a=p}}}return C},j=(M,V,C=M)=>(M._$AI(V,C),M),H3={},z1=(M,V=H3)=>M._$AH=V,n5=M=>M._$AH,q1=M=>{M._$AR(),M._$AA.remove()};var l5=(M,V,C)=>{let H=new Map;for(let L=V;L<=C;L++)H.set(M[L],L);return H},K1=m1(class extends K{constructor(M){if(super(M),M.type!==D.CHILD)throw Error("repeat() can only be used in text expressions")}dt(M,V,C){let H;C===void 0?C=V:V!==void 0&&(H=V);let L=[],r=[],e=0;for(let i of M)L[e]=H?H(i,e):e,r[e]=C(i,e),e++;return{values:r,keys:L}}render(M,V,C){return this.dt(M,V,C).values}update(M,[V,C,H]){let L=n5(M),{values:r,keys:e}=this.dt(V,C,H);if(!Array.isArray(L))return this.ut=e,r;let i=this.ut??=[],a=[],p,l,m=0,x=L.length-1,d=0,s=r.length-1;for(;m<=x&&d<=s;)if(L[m]===null)m++;else if(L[x]===null)x--;else if(i[m]===e[d])a[d]=j(L[m],r[d]),m++,d++;else if(i[x]===e[s])a[s]=j(L[x],r[s]),x--,s--;else if(i[m]===e[s])a[s]=j(L[m],r[s]),n1(M,a[s+1],L[m]),m++,s--;else if(i[x]===e[d])a[d]=j(L[x],r[d]),n1(M,L[m],L[x]),x--,d++;else if(p===void 0&&(p=l5(e,d,s),l=l5(i,m,x)),p.has(i[m]))if(p.has(i[x])){let h=l.get(e[d]),o1=h!==void 0?L[h]:null;if(o1===null){let g=n1(M,L[m]);j(g,r[d]),a[d]=g}else a[d]=j(o1,r[d]),n1(M,L[m],o1),L[h]=null;d++}else q1(L[x]),x--;else q1(L[m]),m++;for(;d<=s;){let h=n1(M,a[s+1]);j(h,r[d]),a[d++]=h}for(;m<=x;){let h=L[m++];h!==null&&q1(h)}return this.ut=e,z1(M,a),f}});var v5="important",V3=" !"+v5,X=m1(class extends K{constructor(M){if(super(M),M.type!==D.ATTRIBUTE||M.name!=="style"||M.strings?.length>2)throw Error("The `styleMap` directive must be used in the `style` attribute and must be the only part in the attribute.")}render(M){return Object.keys(M).reduce((V,C)=>{let H=M[C];return H==null?V:V+`${C=C.includes("-")?C:C.replace(/(?:^(webkit|moz|ms|o)|)(?=[A-Z])/g,"-$&").toLowerCase()}:${H};`},"")}update(M,[V]){let{style:C}=M.element;if(this.ft===void 0)return this.ft=new Set(Object.keys(V)),this.render(V);for(let H of this.ft)V[H]==null&&(this.ft.delete(H),H.includes("-")?C.removeProperty(H):C[H]=null);for(let H in V){let L=V[H];if(L!=null){this.ft.add(H);let r=typeof L=="string"&&L.endsWith(V3);H.includes("-")||r?C.setProperty(H,r?L.slice(0,-11):L,r?v5:""):C[H]=L}}return f}});var L3={comma_decimal:["en-US","en"],decimal_comma:["de","es","it"],space_comma:["fr","sv","cs"],quote_decimal:["de-CH"]},x5=new Map;function M3(M,V){let C=`${M.language} ${M.number_format} ${V}`,H=x5.get(C);if(!H){let L=M.number_format==="system"?void 0:L3[M.number_format]??[M.language];H=new Intl.NumberFormat(L,{minimumFractionDigits:V,maximumFractionDigits:V,useGrouping:M.number_format!=="none"}),x5.set(C,H)}return H}var y=(M,V,C=1)=>M3(M.locale,C).format(Math.abs(V)<.5/10**C?0:V),c=(M,V)=>`${y(M,V,Number.isInteger(Math.round(V*10)/10)?0:1)} A`,P=(M,V)=>`${y(M,V)} A`,s5=(M,V)=>`${y(M,V/1e3,V<1e4?2:1)} kWh`;function Z5(M){let{time_format:V,time_zone:C}=M.locale;return{...V==="12"?{hour12:!0}:{},...V==="24"?{hourCycle:"h23"}:{},...C==="server"?{timeZone:M.config.time_zone}:{}}}var X1=(M,V,C=!1)=>new Intl.DateTimeFormat(M.locale.language,{hour:"numeric",minute:"2-digit",...C?{second:"2-digit"}:{},...Z5(M)}).format(V),E=(M,V,C=!1)=>new Intl.DateTimeFormat(M.locale.language,{day:"numeric",month:"short",hour:"numeric",minute:"2-digit",...C?{second:"2-digit"}:{},...Z5(M)}).format(V),j1=(M,V,C)=>new Intl.NumberFormat(M.locale.language,{style:"unit",unit:C,unitDisplay:"short",maximumFractionDigits:0}).format(V);function Y(M,V){let C=Math.max(0,Math.round(V));if(C<60)return j1(M,C,"second");let H=Math.round(C/60);if(H<60)return j1(M,H,"minute");let L=j1(M,Math.floor(H/60),"hour");return H%60?`${L} ${j1(M,H%60,"minute")}`:L}var d2=["L1","L2","L3"];var Y1=.1,_=class extends S{constructor(){super(...arguments);this.name="";this.phases=d2;this.limits=[0,0,0];this.parts=[];this.uncertain=!1}static{this.styles=[w,O`
      :host {
        display: grid;
        gap: 10px;
      }
      .phase {
        display: grid;
        grid-template-columns: 24px 1fr minmax(86px, max-content);
        align-items: center;
        gap: 10px;
      }
      .label {
        color: var(--quiet);
        font-weight: var(--ha-font-weight-medium, 500);
      }
      .track {
        position: relative;
        height: 14px;
        border-radius: 7px;
        background: var(--track);
        overflow: hidden;
        display: flex;
      }
      .part {
        height: 100%;
        flex: none;
        transition: width 0.6s ease;
        box-shadow: inset -1px 0 0 var(--ha-card-background, var(--card-background-color, #fff));
      }
      .reserved {
        opacity: 0.28;
        box-shadow: none;
      }
      .taken {
        position: absolute;
        inset-block: 0;
        inset-inline-end: 0;
        background: repeating-linear-gradient(
          -45deg,
          var(--other) 0 1.5px,
          transparent 1.5px 6px
        );
        transition: width 0.6s ease;
      }
      .limit {
        position: absolute;
        inset-block: 0;
        width: 2px;
        background: var(--bad);
      }
      .value {
        text-align: end;
        line-height: 1.25;
      }
      .value small {
        display: block;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .over small {
        color: var(--bad);
      }
      .current {
        font-weight: var(--ha-font-weight-medium, 500);
      }
    `]}render(){return this.phases.map(C=>this.bar(C,d2.indexOf(C)))}bar(C,H){let{hass:L}=this,r=this.limits[H],e=this.total?.[H]??u5(this.parts.map(d=>d.drawn[H])),i=u5(this.parts.map(d=>Math.max(0,d.drawn[H],d.reserved[H]))),a=Math.max(r,i,e,.1),p=d=>`${Math.max(0,d)/a*100}%`,l=this.capacity?.[H]??r,m=e>r+Y1,x=Math.min(r,l)-i;return o`
      <div
        class="phase ${m?"over":""}"
        role="meter"
        aria-label=${t(L,"bars.phase_of",{name:this.name,phase:C})}
        aria-valuemin="0"
        aria-valuemax=${r}
        aria-valuenow=${Math.round(e*10)/10}
        aria-valuetext=${t(L,"bars.of",{current:P(L,e),limit:c(L,r)})}
      >
        <span class="label" aria-hidden="true">${C}</span>
        <div class="track" aria-hidden="true">
          ${this.parts.map(d=>{let s=Math.max(0,d.drawn[H]),h=Math.max(0,d.reserved[H]-s);return o`
              ${s>.05?o`<div
                    class="part"
                    title="${d.name}: ${P(L,s)}"
                    style=${X({width:p(s),background:d.color})}
                  ></div>`:A}
              ${h>.05?o`<div
                    class="part reserved"
                    title="${d.name}: ${P(L,h)} ${t(L,"bars.reserved")}"
                    style=${X({width:p(h),background:d.color})}
                  ></div>`:A}
            `})}
          ${l<r-Y1?o`<div
                class="taken"
                title=${t(L,"bars.unavailable")}
                style=${X({width:p(a-Math.max(l,i))})}
              ></div>`:A}
          ${a>r+Y1?o`<div class="limit" style=${X({left:p(r)})}></div>`:A}
        </div>
        <div class="value numbers" aria-hidden="true">
          <span class="current">${y(L,e)}</span>
          <span class="quiet">/ ${c(L,r)}</span>
          <small>
            ${m?t(L,"bars.over",{current:P(L,e-r)}):this.uncertain?A:x>Y1?t(L,"bars.headroom",{current:P(L,x)}):t(L,"bars.no_headroom")}
          </small>
        </div>
      </div>
    `}};n([v({attribute:!1})],_.prototype,"hass",2),n([v()],_.prototype,"name",2),n([v({attribute:!1})],_.prototype,"phases",2),n([v({attribute:!1})],_.prototype,"limits",2),n([v({attribute:!1})],_.prototype,"capacity",2),n([v({attribute:!1})],_.prototype,"parts",2),n([v({type:Boolean})],_.prototype,"uncertain",2),n([v({attribute:!1})],_.prototype,"total",2);var u5=M=>M.reduce((V,C)=>V+C,0);k("elm-phase-bars",_);var h1=["#4269d0","#f4bd4a","#6cc5b0","#a463f2","#ff725c","#97bbf5","#01ab63","#ff8ab7","#9c6b4e","#094bad","#c99000","#d84f3e","#49a28f","#048732","#d96895","#8043ce"],r3=M=>`var(--graph-color-${M%h1.length+1}, ${h1[M%h1.length]})`,S5=M=>h1[M%h1.length];function c5(M){let V=M.chargers.flatMap(C=>C.connectors.map(H=>`${C.id}/${H.number}`));return new Map(V.map((C,H)=>[C,r3(H)]))}var e1=(M,V)=>V.name??t(M,`circuit.${V.kind}`),h5=(M,V,C)=>V.connectors.length>1?t(M,"outlet",{charger:V.name,number:C.number}):V.name,p2=(M,V)=>V.mode?r1(M,"mode",V.mode):t(M,"starting"),m2=M=>({off:"warn",safe_limit:"bad",adaptive:"good",dynamic:"good"})[M.mode??""]??"";function g5(M,V,C){return V.online?C.status&&C.status!=="unknown"?r1(M,"status",C.status):t(M,"status_unknown"):t(M,"offline")}function O5(M,V){if(!M.online)return"bad";switch(V.status){case"charging":return"good";case"faulted":return"bad";case"suspended_ev":case"suspended_evse":case"preparing":return"accent";default:return""}}function f5(M,V,C,H){if(!C.reason)return t(M,"reason.none");let L=V.circuits.find(m=>m.id===C.held_back_by),r={circuit:L?e1(M,L):"",phase:C.phase??"",limit:C.limit===null?"":c(M,C.limit),target:C.target===null?"":c(M,C.target),fallback:c(M,C.fallback),maximum:c(M,C.maximum)},e=L&&C.phase?"_where":"",i=t(M,`reason.${C.reason}${e}`,r),a=i===`reason.${C.reason}${e}`?t(M,`reason.${C.reason}`,r):i,p=a===`reason.${C.reason}`?r1(M,"reason",C.reason):a;if(C.next_turn===null)return p;let l=C.next_turn-H;return`${p} ${l>1?t(M,"next_turn",{time:Y(M,l)}):t(M,"next_turn_now")}`}function b5(M){let V=[],C=(H,L)=>{for(let r of M.circuits)r.parent===H&&r.kind!=="charger"&&(V.push({circuit:r,depth:L}),C(r.id,L+1))};return C(null,0),V}function g1(M,V){let C=c5(V);return V.chargers.flatMap(H=>H.connectors.map(L=>{let r=`${H.id}/${L.number}`;return{charger:H,connector:L,key:r,name:h5(M,H,L),color:C.get(r)}}))}function n2(M,V,C){let H=new Map(V.circuits.map(e=>[e.id,e.parent])),L=e=>{let i=e;for(;i;){if(i===C.id)return!0;i=H.get(i)}return!1},r=g1(M,V).filter(({connector:e})=>L(e.circuit)).map(({connector:e,name:i,color:a})=>({name:i,color:a,drawn:e3(e),reserved:e.reserved}));return C.kind==="grid"&&V.other_load&&r.unshift({name:t(M,"bars.other_load"),color:"var(--other)",drawn:V.other_load,reserved:[0,0,0]}),r}var e3=({measured:M,session:V,stale:C})=>M&&V&&!C?M:[0,0,0],k5=(M,V)=>V.kind==="grid"&&M.mode!=="safe_limit"?M.meter?.currents:void 0;var t3={grid:$2,group:z,feeder:R2,charger:z},W=class extends S{constructor(){super(...arguments);this.entryId="";this.now=()=>0;this.compact=!1;this.errors=new Map;this.busy=new Set}static{this.styles=[w,O`
      :host {
        display: grid;
        gap: 16px;
        min-width: 0;
        container-type: inline-size;
      }
      .tree {
        display: grid;
        gap: 0;
        padding-block: 8px;
      }
      .circuit {
        position: relative;
        padding-block: 12px;
        padding-inline-start: calc(var(--depth) * 20px);
      }
      .circuit + .circuit {
        border-top: 1px solid var(--line);
      }
      .circuit header {
        display: flex;
        align-items: center;
        gap: 10px;
        margin-bottom: 12px;
      }
      .circuit header .icon {
        color: var(--quiet);
      }
      .summary {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
      }
      .outlets {
        display: grid;
        gap: 16px;
        grid-template-columns: repeat(auto-fill, minmax(min(100%, 320px), 1fr));
      }
      :host([compact]) .outlets {
        gap: 0;
        grid-template-columns: 1fr;
      }
      :host([compact]) .card {
        border: 0;
        border-radius: 0;
        box-shadow: none;
        padding-block: 12px;
      }
      :host([compact]) {
        gap: 0;
      }
      :host([compact]) .outlet {
        border-top: 1px solid var(--line);
      }
      .outlet {
        display: grid;
        gap: 10px;
        align-content: start;
        border-inline-start: 4px solid var(--outlet-color);
      }
      .outlet.idle {
        border-inline-start-color: var(--line);
      }
      .outlet header {
        display: flex;
        align-items: center;
        flex-wrap: wrap;
        gap: 2px 10px;
        min-width: 0;
      }
      .outlet header h3 {
        flex: 1 1 auto;
        max-width: calc(100% - 28px);
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        padding-top: 8px;
        border-top: 1px solid var(--line);
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .legend li {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .legend i {
        width: 18px;
        height: 10px;
        border-radius: 5px;
      }
      .legend .other {
        background: var(--other);
      }
      .legend .aside {
        background: color-mix(in srgb, #4269d0 30%, transparent);
      }
      .legend .taken {
        background: repeating-linear-gradient(
          -45deg,
          var(--other) 0 1.5px,
          transparent 1.5px 5px
        );
      }
      .big {
        display: flex;
        align-items: baseline;
        flex-wrap: wrap;
        gap: 2px 8px;
      }
      .big strong {
        font-size: var(--ha-font-size-3xl, 28px);
        line-height: 1.15;
        font-weight: var(--ha-font-weight-normal, 400);
      }
      .why {
        min-height: 2.9em;
      }
      .idle .why {
        min-height: 0;
      }
      .per-phase {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 14px;
      }
      .footer {
        display: flex;
        align-items: center;
        gap: 8px;
        flex-wrap: wrap;
      }
      .buttons {
        display: flex;
        gap: 8px;
        margin-inline-start: auto;
      }
      details summary {
        cursor: pointer;
        color: var(--quiet);
        min-height: 28px;
        width: max-content;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 4px 16px;
        padding-top: 4px;
      }
      dt {
        color: var(--quiet);
      }
      dd small {
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
        white-space: normal;
      }
      .error {
        color: var(--bad);
      }
      ol,
      .no-chargers {
        justify-items: center;
        display: grid;
        gap: 12px;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{this.group?.chargers.some(H=>H.connectors.some(L=>L.next_turn!==null||L.session))&&this.requestUpdate()},1e3)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}render(){let{hass:C,group:H}=this,L=g1(C,H);return o`
      ${this.compact?A:this.summary(L)}
      <section class="card tree" aria-label=${H.name}>
        ${b5(H).map(r=>this.circuit(r))}
        ${this.compact?A:this.legend()}
      </section>
      ${L.length?o`<div class="outlets">
            ${K1(L,r=>r.key,r=>this.outlet(r))}
          </div>`:this.noChargers()}
    `}summary(C){let{hass:H,group:L}=this,r=C.filter(({connector:i})=>i.status==="charging").length,e=C.filter(({connector:i})=>i.reason==="waiting_for_turn").length;return o`
      <div class="summary">
        <span class="chip ${m2(L)}">${p2(H,L)}</span>
        ${L.safe_limit_cause?o`<span>${t(H,`cause.${L.safe_limit_cause}`)}</span>`:A}
        <span class="quiet">
          ${r?U1(H,"summary.charging",r):t(H,"summary.idle")}${e?o`, ${U1(H,"summary.waiting",e)}`:A}
        </span>
      </div>
      ${L.temporary_limits.map(i=>{let a=L.circuits.find(({id:p})=>p===i.circuit);return o`<div class="alert warn">
          ${u(F2)}
          <span class="grow"
            >${t(H,"summary.temporary_limit",{limit:c(H,i.limit),circuit:a?e1(H,a):"",until:E(H,new Date(i.until)),name:i.name})}</span
          >
        </div>`})}
      ${H.user?.is_admin&&L.unknown.length?o`<div class="alert">
            ${u(Q)}
            <span class="grow">${U1(H,"summary.unknown",L.unknown.length)}</span>
            <a class="button" href="/ev-load-manager/settings/${this.entryId}"
              >${t(H,"summary.see")}</a
            >
          </div>`:A}
    `}circuit({circuit:C,depth:H}){let{hass:L,group:r}=this,e=e1(L,C);return o`
      <div class="circuit" style=${X({"--depth":String(H)})}>
        <header>
          ${u(t3[C.kind])}
          <h2 class="grow name" title=${e}>${e}</h2>
          ${this.compact&&C.kind==="group"?o`<span class="chip ${m2(r)}">${p2(L,r)}</span>`:A}
        </header>
        <elm-phase-bars
          .hass=${L}
          .name=${e}
          .phases=${r.phases}
          .limits=${C.limit}
          .capacity=${C.kind==="grid"?void 0:r.available??C.capacity}
          .parts=${n2(L,r,C)}
          .total=${k5(r,C)}
          ?uncertain=${C.kind==="grid"&&r.other_load===null}
        ></elm-phase-bars>
      </div>
    `}legend(){let{hass:C,group:H}=this;return o`<ul class="legend" aria-hidden="true">
      ${H.other_load?o`<li><i class="other"></i>${t(C,"bars.other_load")}</li>`:A}
      <li><i class="aside"></i>${t(C,"bars.reserved")}</li>
      <li><i class="taken"></i>${t(C,"bars.unavailable")}</li>
    </ul>`}outlet(C){let{hass:H,group:L}=this,{charger:r,connector:e,name:i,key:a}=C,p=e.session!==null||e.active,l=e.session?e.measured:null,m=e.session?e.highest:null,x=L.circuits.find(s=>s.id===e.circuit&&s.kind==="charger"),d=this.errors.get(a);return o`
      <article
        class="card outlet ${p?"":"idle"}"
        style=${X({"--outlet-color":C.color})}
        aria-label=${i}
      >
        <header>
          <span class="small quiet">${u(p?s2:Z2)}</span>
          <h3 class="name" title=${i}>${i}</h3>
          <span class="chip ${O5(r,e)}"
            >${g5(H,r,e)}</span
          >
        </header>
        ${p?o`<div class="big numbers">
                <strong>${m===null?"–":m?P(H,m):c(H,0)}</strong>
                <span class="quiet"
                  >${e.offered===null?t(H,"connector.nothing_offered"):t(H,"connector.of_offered",{offered:c(H,e.offered)})}</span
                >
              </div>
              ${l?o`<div class="per-phase quiet numbers">
                    ${L.phases.map((s,h)=>o`<span>${s} ${y(H,l[h])}</span>`)}${e.stale?o`<span>(${t(H,"connector.stale")})</span>`:A}
                  </div>`:A}`:A}
        <p class="why">
          ${f5(H,L,e,this.now())}
          ${e.first_in_line?t(H,"connector.is_first"):A}
        </p>
        <div class="footer">
          ${e.session?o`<span class="quiet numbers">${this.session(C)}</span>`:A}
          <div class="buttons">
          ${H.user?.is_admin&&e.reason==="waiting_for_turn"&&!e.first_in_line?o`<button
                class="tonal"
                ?disabled=${this.busy.has(a)||!H.connected}
                aria-label=${t(H,"connector.first_of",{name:i})}
                @click=${()=>this.attempt(a,()=>t5(H,this.entryId,r.id,e.number))}
              >
                <span class="small">${u(T2)}</span> ${t(H,"connector.first")}
              </button>`:A}
          ${H.user?.is_admin&&(p||!e.charging_allowed)?o`<button
                class="tonal"
                ?disabled=${this.busy.has(a)||!H.connected}
                aria-label=${t(H,e.charging_allowed?"connector.pause_of":"connector.allow_of",{name:i})}
                @click=${()=>this.attempt(a,()=>I1(H,this.entryId,r.id,e.number,{charging_allowed:!e.charging_allowed}))}
              >
                <span class="small">${u(e.charging_allowed?w2:y2)}</span>
                ${t(H,e.charging_allowed?"connector.pause":"connector.allow")}
              </button>`:A}
          </div>
        </div>
        ${d?o`<p class="error" role="alert">${d}</p>`:A}
        ${this.compact?A:o`<details>
              <summary aria-label=${t(H,"connector.details_of",{name:i})}>
                ${t(H,"connector.details")}
              </summary>
              <dl class="numbers">
                ${this.fact("offered",e.offered)} ${this.fact("limit",e.limit)}
                ${this.fact("target",e.target)}
                ${this.fact("reserved",Math.max(...e.reserved))}
                <dt>${t(H,"connector.maximum")}</dt>
                <dd>${c(H,e.maximum)}</dd>
                <dt>${t(H,"connector.wiring")}</dt>
                <dd>${r.wiring.join("-")}</dd>
                <dt>${t(H,"connector.fallback")}</dt>
                <dd>${c(H,e.fallback)}</dd>
                ${e.session?.id_tag?o`<dt>${t(H,"connector.id_tag")}</dt>
                      <dd class="name">${e.session.id_tag}</dd>`:A}
                ${e.session?.driver?o`<dt>${t(H,"connector.driver")}</dt>
                      <dd class="name">${e.session.driver}</dd>`:A}
              </dl>
              ${x?o`<elm-phase-bars
                    .hass=${H}
                    .name=${e1(H,x)}
                    .phases=${L.phases}
                    .limits=${x.limit}
                    .parts=${n2(H,L,x)}
                  ></elm-phase-bars>`:A}
            </details>`}
      </article>
    `}fact(C,H){return H===null?A:o`<dt>${t(this.hass,`connector.${C}`)}</dt>
      <dd>
        ${P(this.hass,H)} <small>${t(this.hass,`connector.${C}_help`)}</small>
      </dd>`}session({connector:C}){let{hass:H}=this,L=C.session,r=this.now()-L.since,e=Y(H,r<60?r:Math.floor(r/60)*60);return L.energy===null?t(H,"connector.session_time",{time:e}):t(H,"connector.session",{energy:s5(H,L.energy),time:e})}noChargers(){let{hass:C,group:H}=this;return $(z,t(C,"no_chargers.title"),C.user?.is_admin?o`<span class="no-chargers">
            <span>${t(C,"no_chargers.text")}</span>
            <code>${H.tls?"wss":"ws"}://${location.hostname}:${H.port}/ID</code>
            <span>${t(C,"no_chargers.then")}</span>
          </span>`:t(C,"no_chargers.guest"),C.user?.is_admin?o`<a class="button filled" href=${q(this.entryId)}
            >${t(C,"no_chargers.add")}</a
          >`:A)}async attempt(C,H){this.busy=new Set(this.busy).add(C);let L=new Map(this.errors);L.delete(C);try{await H()}catch(e){L.set(C,F(this.hass,e))}this.errors=L;let r=new Set(this.busy);r.delete(C),this.busy=r}};n([v({attribute:!1,hasChanged:R})],W.prototype,"hass",2),n([v({attribute:!1})],W.prototype,"group",2),n([v()],W.prototype,"entryId",2),n([v({attribute:!1})],W.prototype,"now",2),n([v({type:Boolean,reflect:!0})],W.prototype,"compact",2),n([Z()],W.prototype,"errors",2),n([Z()],W.prototype,"busy",2);k("elm-now",W);var l1=class extends S{constructor(){super(...arguments);this.follower=new d1(this);this.now=()=>this.follower.now}static{this.styles=[w,O`
      :host {
        display: block;
      }
      .frame {
        padding: 0;
        overflow: hidden;
      }
      .frame .card {
        border: 0;
      }
      footer {
        border-top: 1px solid var(--line);
        padding: 4px 8px;
      }
      .old {
        opacity: 0.6;
      }
      .words {
        padding: 16px;
      }
    `]}willUpdate(C){if(!this.hass)return;let H=C.get("hass");C.has("hass")&&H?.language!==this.hass.language&&Q1(this.hass).then(()=>this.requestUpdate()),!this.entryId&&!this.first&&C.has("hass")&&N1(this.hass).then(r=>{this.first=r[0]?.entry_id??null},()=>{});let L=this.entryId??this.first;L&&this.follower.follow(this.hass,L)}render(){let{hass:C}=this;return C?o`<div class="card frame ${C.connected?"":"old"}">
      ${this.content()}
      <footer>
        <a class="button" href=${p1}>${t(C,"card.open")}</a>
      </footer>
    </div>`:A}content(){let{hass:C}=this,{seen:H}=this.follower;if(!this.entryId&&this.first===null)return $(z,t(C,"no_groups.title"),t(C,"no_groups.guest"));switch(H.state){case"loading":return o`<p class="words quiet" aria-busy="true">${t(C,"loading")}</p>`;case"running":return o`<elm-now
          compact
          .hass=${C}
          .group=${H.group}
          .entryId=${this.entryId??this.first??""}
          .now=${this.now}
        ></elm-now>`;default:return o`<p class="words">
          ${u(Q)} ${t(C,`${H.state}.title`)}
        </p>`}}};n([v({attribute:!1,hasChanged:R})],l1.prototype,"hass",2),n([v()],l1.prototype,"entryId",2),n([Z()],l1.prototype,"first",2);k("ev-load-manager-live",l1);var w5;function i3(){return w5??=(async()=>{if(customElements.get("ha-chart-base"))return!0;try{let M=document.createElement("partial-panel-resolver"),V=[{url_path:"x",component_name:"history"}];await M._getRoutes(V).routes.x.load(),await Promise.race([customElements.whenDefined("ha-chart-base"),new Promise(C=>setTimeout(C,4e3))])}catch{}return customElements.get("ha-chart-base")!==void 0})(),w5}var t1=260,U=class extends S{constructor(){super(...arguments);this.lines=[];this.from=0;this.to=0;this.label=""}static{this.styles=[w,O`
      :host {
        display: block;
        min-width: 0;
      }
      .frame {
        min-height: ${t1}px;
      }
      ha-chart-base {
        display: block;
      }
      svg {
        display: block;
        width: 100%;
        height: ${t1}px;
        overflow: visible;
      }
      svg text {
        fill: var(--quiet);
        font-size: 11px;
      }
      .legend {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        padding-top: 8px;
        justify-content: center;
      }
      .legend span {
        display: inline-flex;
        gap: 6px;
        align-items: center;
      }
      .legend i {
        width: 12px;
        height: 12px;
        border-radius: 50%;
      }
    `]}connectedCallback(){super.connectedCallback(),i3().then(C=>{this.native=C})}render(){return o`<figure class="frame" aria-label=${this.label}>
      ${this.native===void 0?A:this.native?this.nativeChart():this.plainChart()}
    </figure>`}get highest(){let C=this.lines.filter(H=>!H.shade).flatMap(H=>H.points.map(([,L])=>L??0));return o3(Math.max(...C,1)*1.04)}nativeChart(){let{highest:C}=this,H=this.lines.map(r=>({id:r.id,name:r.name,type:"line",step:"end",color:y5(this,r.color),cursor:"default",symbol:"none",data:r.shade?r.points.map(([e,i])=>[e,i===null?null:C]):r.points,animationDurationUpdate:0,z:r.shade?1:r.dashed?4:3,lineStyle:{width:r.shade?0:r.dashed?2:1.5,type:r.dashed?"dashed":"solid"},...r.shade?{areaStyle:{opacity:.18}}:{}})),L={xAxis:{type:"time",min:new Date(this.from),max:new Date(this.to)},yAxis:{type:"value",name:"A",min:0,max:C,position:"left",nameGap:6,nameTextStyle:{align:"left"},axisLine:{show:!1},splitLine:{show:!0},axisLabel:{formatter:r=>y(this.hass,r,0)}},legend:{type:"custom",show:!0,data:this.lines.map(({id:r,name:e})=>({id:r,name:e,noLabelClick:!0}))},grid:{top:26,left:30,right:8,bottom:22},tooltip:{trigger:"axis",renderMode:"html",confine:!0,formatter:r=>this.tooltip(r)}};return o`<ha-chart-base
      .hass=${this.hass}
      .data=${H}
      .options=${L}
      .height=${`${t1+40}px`}
      expand-legend
    ></ha-chart-base>`}tooltip(C){let H=C[0]?.axisValue;if(H===void 0)return"";let L=this.lines.flatMap(r=>{let e=a3(r,H);if(e===null)return[];let i=r.shade?"":`: <b>${P(this.hass,e)}</b>`;return[`<span style="display:inline-block;margin-inline-end:6px;border-radius:50%;width:10px;height:10px;background:${y5(this,r.color)}"></span>${B5(r.name)}${i}`]});return[B5(E(this.hass,new Date(H),!0)),...L].join("<br>")}plainChart(){let{highest:C,from:H,to:L}=this,[r,e,i,a,p]=[800,34,6,10,22],l=d=>e+(Math.min(Math.max(d,H),L)-H)/(L-H||1)*(r-e-i),m=d=>a+(1-Math.min(Math.max(d,0),C)/C)*(t1-a-p);return o`<svg viewBox="0 0 ${r} ${t1}" preserveAspectRatio="none" aria-hidden="true">
        ${[0,.25,.5,.75,1].map(d=>A1`
            <line x1=${e} x2=${r-i} y1=${m(d*C)} y2=${m(d*C)}
              stroke="var(--line)" vector-effect="non-scaling-stroke"></line>
            <text x=${e-6} y=${m(d*C)+4} text-anchor="end">${y(this.hass,d*C,0)}</text>
            <text x=${l(H+d*(L-H))} y=${t1-4}
              text-anchor=${d===0?"start":d===1?"end":"middle"}>${X1(this.hass,new Date(H+d*(L-H)))}</text>`)}
        ${this.lines.map(d=>d.shade?d3(d,L).map(([s,h])=>A1`<rect x=${l(s)} width=${Math.max(1,l(h)-l(s))}
                  y=${a} height=${t1-a-p} fill=${d.color} opacity="0.18"></rect>`):A1`<path d=${A3(d,l,m,L)} fill="none" stroke=${d.color}
                stroke-width=${d.dashed?2:1.5} stroke-dasharray=${d.dashed?"6 4":"none"}
                vector-effect="non-scaling-stroke"></path>`)}
      </svg>
      <div class="legend">
        ${this.lines.map(d=>o`<span><i style="background:${d.color}"></i>${d.name}</span>`)}
      </div>`}};n([v({attribute:!1})],U.prototype,"hass",2),n([v({attribute:!1})],U.prototype,"lines",2),n([v({type:Number})],U.prototype,"from",2),n([v({type:Number})],U.prototype,"to",2),n([v()],U.prototype,"label",2),n([Z()],U.prototype,"native",2);function o3(M){let V=M<=10?2:M<=50?5:M<=200?20:100;return Math.ceil(M/V)*V}function a3(M,V){let[C,H]=[0,M.points.length];for(;C<H;){let L=C+H>>1;M.points[L][0]<=V?C=L+1:H=L}return C?M.points[C-1][1]:null}function A3(M,V,C,H){let L="",r=null;for(let[e,i]of[...M.points,[H,null]])r!==null&&(L+=`H${V(e).toFixed(1)}`),i!==null&&(L+=r===null?`M${V(e).toFixed(1)} ${C(i).toFixed(1)}`:`V${C(i).toFixed(1)}`),r=i;return L}function d3(M,V){return M.points.flatMap(([C,H],L)=>H===null?[]:[[C,M.points[L+1]?.[0]??V]])}function y5(M,V){let C=/^var\((--[\w-]+)(?:,\s*(.+))?\)$/.exec(V);return C?getComputedStyle(M).getPropertyValue(C[1]).trim()||C[2]||"#888":V}var B5=M=>M.replace(/[&<>"]/g,V=>`&#${V.charCodeAt(0)};`);k("elm-chart",U);var l2=M=>M.config.components.includes("recorder")&&M.config.components.includes("history");async function P5(M,V,C,H){let L=await M.callWS({type:"history/history_during_period",start_time:new Date(C).toISOString(),end_time:new Date(H).toISOString(),entity_ids:V,minimal_response:!0,no_attributes:!0,significant_changes_only:!1,include_start_time_state:!0});return Object.fromEntries(Object.entries(L).map(([r,e])=>[r,e.map(({s:i,lu:a})=>{let p=Number.parseFloat(i);return[Math.max(C,a*1e3),Number.isFinite(p)?p:null]})]))}async function p3(M,V,C,H){let L=await M.callWS({type:"recorder/statistics_during_period",start_time:new Date(C).toISOString(),end_time:new Date(H).toISOString(),statistic_ids:V,period:"5minute",types:["max"]});return Object.fromEntries(Object.entries(L).map(([r,e])=>[r,e.flatMap(({start:i,end:a,max:p},l)=>{let m=e[l+1]?.start,x=m!==void 0&&m>a?[[a,null]]:[];return[[i,p],...x]})]))}async function T5(M,V,C,H,L){if(L-H<=936e5){let i=[...V,...C];return i.length?P5(M,i,H,L):{}}let[r,e]=await Promise.all([V.length?p3(M,V,H,L):{},C.length?P5(M,C,H,L):{}]);return{...r,...e}}var J1=3600*1e3,v2={hour:J1,six_hours:6*J1,day:24*J1,week:168*J1},m3=60*1e3,N=class extends S{constructor(){super(...arguments);this.entryId="";this.phases=["L1","L2","L3"];this.hasMeter=!1;this.length="hour";this.error="";this.from=0;this.to=0;this.asked=0;this.download=async()=>{try{let C=new URLSearchParams({start:new Date(this.from).toISOString(),end:new Date(this.to).toISOString()}),{path:H}=await this.hass.callWS({type:"auth/sign_path",path:`/api/ev_load_manager/${this.entryId}/meter.csv?${C}`}),L=document.createElement("a");L.href=H,L.download="",L.click()}catch(C){this.error=F(this.hass,C)}}}static{this.styles=[w,O`
      :host {
        display: grid;
        gap: 16px;
        min-width: 0;
      }
      .period {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .lengths {
        display: inline-flex;
        background: var(--track);
        border-radius: 9999px;
        padding: 2px;
      }
      .lengths button {
        color: var(--loud);
        min-height: 36px;
      }
      .lengths button[aria-pressed="true"] {
        background: var(--ha-card-background, var(--card-background-color, #fff));
        box-shadow: var(--ha-box-shadow-s, 0 1px 3px rgba(0, 0, 0, 0.2));
      }
      .round {
        padding: 0 8px;
      }
      .card h2 {
        margin-bottom: 8px;
      }
      .highest {
        padding-top: 8px;
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        justify-content: center;
      }
      .download {
        margin-inline-start: auto;
      }
      @media (max-width: 480px) {
        .lengths {
          width: 100%;
        }
        .lengths button {
          flex: 1;
          justify-content: center;
          padding: 0 6px;
        }
        .download {
          margin-inline-start: 0;
        }
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{this.until===void 0&&!document.hidden&&this.load()},m3)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}willUpdate(C){C.has("entryId")&&(this.entities=void 0),(C.has("entryId")||C.has("length")||C.has("until")||C.has("hasMeter"))&&this.load()}render(){let{hass:C}=this;return l2(C)?o`
      <div class="period">
        <div class="lengths" role="group" aria-label=${t(C,"history.period")}>
          ${Object.keys(v2).map(H=>o`<button
                aria-pressed=${this.length===H}
                @click=${()=>{this.length=H}}
              >
                ${t(C,`history.${H}`)}
              </button>`)}
        </div>
        <button class="round" title=${t(C,"history.earlier")} @click=${()=>this.move(-1)}>
          ${u(u2)}<span class="sr">${t(C,"history.earlier")}</span>
        </button>
        <button
          class="round"
          title=${t(C,"history.later")}
          ?disabled=${this.until===void 0}
          @click=${()=>this.move(1)}
        >
          ${u(S2)}<span class="sr">${t(C,"history.later")}</span>
        </button>
        <span class="quiet" aria-live="polite"
          >${this.to?`${E(C,new Date(this.from))} – ${E(C,new Date(this.to))}`:A}</span
        >
        ${this.hasMeter?o`<button class="tonal download" @click=${this.download}>
              <span class="small">${u(O2)}</span> ${t(C,"history.download")}
            </button>`:A}
      </div>
      ${this.error?o`<div class="alert bad" role="alert">${this.error}</div>`:A}
      ${this.pictures===void 0?o`<div class="card quiet" aria-busy="true">${t(C,"loading")}</div>`:this.pictures.map(H=>this.picture(H))}
    `:$(b1,t(C,"history.no_recorder"),t(C,"history.no_recorder_text"))}picture({title:C,lines:H}){let{hass:L}=this,i=H.filter(p=>!p.dashed&&!p.shade).map(p=>({name:p.name,value:Math.max(...p.points.map(([,l])=>l??Number.NEGATIVE_INFINITY))})).filter(({value:p})=>Number.isFinite(p)),a=i.map(({name:p,value:l})=>t(L,"history.summary",{name:p,highest:P(L,l)}));return o`<section class="card">
      <h2>${C}</h2>
      ${i.length?o`<elm-chart
              .hass=${L}
              .lines=${H}
              .from=${this.from}
              .to=${this.to}
              .label=${[C,...a].join("; ")}
            ></elm-chart>
            <div class="highest quiet numbers">${a.map(p=>o`<span>${p}</span>`)}</div>`:o`<p class="quiet">${t(L,"history.empty")}</p>`}
    </section>`}move(C){let H=(this.until??Date.now())+C*v2[this.length];this.until=H>=Date.now()?void 0:H}async load(){let{hass:C,entryId:H}=this;if(!C||!H||!l2(C))return;let L=++this.asked,r=this.until??Date.now(),e=r-v2[this.length];try{this.entities??=await r5(C,H);let i=this.hasMeter?await W1(C,H).catch(()=>[]):[],a=await this.draw(this.entities,i,e,r);if(L!==this.asked)return;[this.from,this.to]=[e,r],this.pictures=a,this.error=""}catch(i){L===this.asked&&(this.error=F(C,i))}}async draw({group:C},H,L,r){let{hass:e}=this,i=g=>this.phases.flatMap((B,O1)=>{let f1=C[`${g}_${B.toLowerCase()}`];return f1?[{entity:f1,phase:B,index:O1}]:[]}),a=["chargers_current",...this.hasMeter?["grid_current","other_load"]:[]],p=["maximum_current","grid_maximum_current"].flatMap(g=>C[g]??[]),l=await T5(e,a.flatMap(g=>i(g).map(({entity:B})=>B)),p,L,r),m=Math.min(r,Date.now()),x=(g=[])=>{let B=g.at(-1);return B&&B[0]<m&&B[1]!==null?[...g,[m,B[1]]]:g},d=g=>i(g).map(({entity:B,phase:O1,index:f1})=>({id:`${g}_${O1}`,name:O1,color:S5(f1),points:x(l[B])})),s=g=>{let B=C[g];return B&&l[B]?[{id:g,name:t(e,`history.${g}`),color:"var(--error-color, #db4437)",dashed:!0,points:x(l[B])}]:[]},h=this.shade(H,L,r),o1=[{title:t(e,"history.chargers"),lines:[...d("chargers_current"),...s("maximum_current"),...h]}];return this.hasMeter&&o1.push({title:t(e,"history.meter"),lines:[...d("grid_current"),...s("grid_maximum_current"),...h]},{title:t(e,"history.other_load"),lines:d("other_load")}),o1}shade(C,H,L){let r=C.flatMap(({start:e,end:i})=>{let[a,p]=[Date.parse(e),i===null?L:Date.parse(i)];return p<H||a>L?[]:[[Math.max(a,H),1],[Math.min(p,L),null]]});return r.length?[{id:"safe_limit",name:t(this.hass,"history.safe_limit_period"),color:"var(--warning-color, #ffa600)",shade:!0,points:r}]:[]}};n([v({attribute:!1,hasChanged:R})],N.prototype,"hass",2),n([v()],N.prototype,"entryId",2),n([v({attribute:!1})],N.prototype,"phases",2),n([v({type:Boolean})],N.prototype,"hasMeter",2),n([Z()],N.prototype,"length",2),n([Z()],N.prototype,"until",2),n([Z()],N.prototype,"pictures",2),n([Z()],N.prototype,"error",2);k("elm-history",N);var R5=100,F5=5e3,n3=3e3,T=class extends S{constructor(){super(...arguments);this.entryId="";this.charger="";this.live=!0;this.most=R5;this.opened=new Set;this.error="";this.loadedAt=0;this.load=async()=>{let{hass:C,entryId:H,charger:L}=this;this.loadedAt=performance.now();try{let[r,e]=await Promise.all([W1(C,H),e5(C,H,{limit:this.most,...L?{charger:L}:{}})]);this.periods=r.reverse(),this.rows=e.reverse(),this.error=""}catch(r){this.error=F(C,r)}}}static{this.styles=[w,O`
      :host {
        display: grid;
        gap: 16px;
        min-width: 0;
      }
      .tools {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px 16px;
        padding-block: 12px 8px;
      }
      .tools label {
        display: inline-flex;
        align-items: center;
        gap: 8px;
      }
      .tools select {
        max-width: 220px;
      }
      td {
        white-space: nowrap;
        vertical-align: middle;
      }
      td.wrap {
        white-space: normal;
        min-width: 160px;
      }
      tr.entry {
        cursor: pointer;
      }
      tr.entry:hover td {
        background: var(--track);
      }
      tr.inside > td {
        padding: 0 10px 12px;
        background: color-mix(in srgb, var(--track) 45%, transparent);
      }
      .opens {
        min-height: 32px;
        padding: 0;
        font-weight: inherit;
        color: var(--loud);
        text-decoration: underline dotted var(--quiet);
        text-underline-offset: 4px;
        border-radius: 4px;
      }
      .more {
        margin: 8px auto 0;
        display: flex;
      }
    `]}disconnectedCallback(){super.disconnectedCallback(),window.clearTimeout(this.timer),this.timer=void 0}willUpdate(C){if(C.has("entryId")||C.has("charger")||C.has("most"))this.load();else if(C.has("group")&&this.live&&this.timer===void 0){let H=Math.max(0,this.loadedAt+n3-performance.now());this.timer=window.setTimeout(()=>{this.timer=void 0,this.load()},H)}}render(){let{hass:C}=this;return o`
      ${this.error?o`<div class="alert bad" role="alert">${this.error}</div>`:A}
      <section class="card" aria-labelledby="recalculations">
        <h2 id="recalculations">${t(C,"log.recalculations")}</h2>
        <p class="quiet">${t(C,"log.recalculations_help")}</p>
        <div class="tools">
          <label>
            <span class="quiet">${t(C,"log.charger")}</span>
            <select
              @change=${H=>{this.charger=H.target.value,this.most=R5}}
            >
              <option value="">${t(C,"log.all_chargers")}</option>
              ${this.group.chargers.map(H=>o`<option value=${H.id} ?selected=${H.id===this.charger}>
                    ${H.name}
                  </option>`)}
            </select>
          </label>
          <label>
            <input
              type="checkbox"
              role="switch"
              .checked=${this.live}
              @change=${H=>{this.live=H.target.checked}}
            />
            ${t(C,"log.live")}
          </label>
          <button @click=${this.load}>
            <span class="small">${u(P2)}</span> ${t(C,"log.reload")}
          </button>
        </div>
        ${this.recalculations()}
      </section>
      <section class="card" aria-labelledby="safe-limit">
        <h2 id="safe-limit">${t(C,"log.safe_limit")}</h2>
        <p class="quiet">${t(C,"log.safe_limit_help")}</p>
        ${this.safeLimit()}
      </section>
    `}safeLimit(){let{hass:C,periods:H}=this;return this.group.settings.safe_limit===void 0&&!H?.length?o`<p>${t(C,"log.safe_limit_no_meter")}</p>`:H?H.length?o`<div class="scroll" tabindex="0" role="region" aria-labelledby="safe-limit">
      <table>
        <thead>
          <tr>
            <th>${t(C,"log.start")}</th>
            <th>${t(C,"log.end")}</th>
            <th class="end">${t(C,"log.duration")}</th>
            <th>${t(C,"log.cause")}</th>
            <th class="end">${t(C,"log.limit")}</th>
          </tr>
        </thead>
        <tbody>
          ${H.map(L=>o`<tr>
                <td>${E(C,new Date(L.start),!0)}</td>
                <td>
                  ${L.end?E(C,new Date(L.end),!0):o`<span class="chip bad">${t(C,"log.lasts")}</span>`}
                </td>
                <td class="end">
                  ${L.end?Y(C,(Date.parse(L.end)-Date.parse(L.start))/1e3):A}
                </td>
                <td class="wrap">${t(C,`cause.${L.cause}`)}</td>
                <td class="end numbers">${c(C,L.limit)}</td>
              </tr>`)}
        </tbody>
      </table>
    </div>`:o`<p>${t(C,"log.safe_limit_never")}</p>`:o`<p class="quiet">${t(C,"loading")}</p>`}recalculations(){let{hass:C,rows:H}=this;if(!H)return o`<p class="quiet">${t(C,"loading")}</p>`;if(!H.length)return o`<p>${t(C,"log.recalculations_never")}</p>`;let L=H.some(r=>r.meter);return o`<div class="scroll" tabindex="0" role="region" aria-labelledby="recalculations">
        <table>
          <thead>
            <tr>
              <th>${t(C,"log.time")}</th>
              <th>${t(C,"log.result")}</th>
              <th>${t(C,"log.trigger")}</th>
              <th>${t(C,"log.mode")}</th>
              <th class="end">${t(C,"log.limit")}</th>
              ${L?o`<th>${t(C,"log.meter")}</th>
                    <th>${t(C,"log.other_load")}</th>
                    <th>${t(C,"log.available")}</th>`:A}
            </tr>
          </thead>
          <tbody>
            ${K1(H,r=>r.time,r=>this.row(r,L))}
          </tbody>
        </table>
      </div>
      ${H.length>=this.most&&this.most<F5?o`<button
            class="more tonal"
            @click=${()=>{this.most=Math.min(F5,this.most*4)}}
          >
            ${t(C,"log.more")}
          </button>`:A}`}row(C,H){let{hass:L}=this,r=l3(L,new Date(C.time)),e=this.opened.has(C.time),i=C.connectors.filter(a=>a.limit>0);return o`<tr class="entry" @click=${()=>this.toggle(C.time)}>
        <td class="numbers">
          <button
            class="opens"
            aria-expanded=${e}
            aria-label=${t(L,"log.details",{time:r})}
          >
            ${r}
          </button>
        </td>
        <td class="wrap numbers">
          ${i.length?i.map(a=>`${this.outlet(a)}: ${y(L,a.limit)}`).join(" · "):"–"}
        </td>
        <td class="wrap">${C.trigger.split(", ").map(a=>t(L,`log.triggers.${a}`)).join(", ")}</td>
        <td>${t(L,`log.modes.${C.mode}`)}</td>
        <td class="end numbers">${c(L,C.settings.maximum_current)}</td>
        ${H?o`<td class="numbers">${this.three(C.meter)}</td>
              <td class="numbers">${this.three(C.other_load)}</td>
              <td class="numbers">${this.three(C.available)}</td>`:A}
      </tr>
      ${e?o`<tr class="inside">
            <td colspan=${H?8:5}>${this.inside(C)}</td>
          </tr>`:A}`}inside(C){let{hass:H}=this;return o`<table>
      <thead>
        <tr>
          <th>${t(H,"log.outlet")}</th>
          <th>${t(H,"log.status")}</th>
          <th>${t(H,"log.measured")}</th>
          <th class="end">${t(H,"log.offered")}</th>
          <th class="end">${t(H,"log.new_limit")}</th>
          <th class="end">${t(H,"log.share")}</th>
          <th>${t(H,"log.reason")}</th>
        </tr>
      </thead>
      <tbody>
        ${C.connectors.map(L=>{let r=this.group.circuits.find(i=>i.id===L.circuit),e=[r&&e1(H,r),L.phase].filter(Boolean);return o`<tr>
            <td>${this.outlet(L)}</td>
            <td>${L.status==="unknown"?"–":r1(H,"status",L.status)}</td>
            <td class="numbers">${this.three(L.measured)}</td>
            <td class="end numbers">${L.offered===null?"–":y(H,L.offered)}</td>
            <td class="end numbers">${y(H,L.limit)}</td>
            <td class="end numbers">${y(H,L.target)}</td>
            <td class="wrap">
              ${r1(H,"reason",L.reason)}${e.length?o` <span class="quiet">(${e.join(" ")})</span>`:A}
            </td>
          </tr>`})}
      </tbody>
    </table>`}outlet(C){let H=this.group.chargers.find(({id:L})=>L===C.charger);return H?H.connectors.length>1?t(this.hass,"outlet",{charger:H.name,number:C.connector}):H.name:`${C.charger}/${C.connector}`}three(C){return C?this.group.phases.map((H,L)=>y(this.hass,C[L])).join(" / "):"–"}toggle(C){let H=new Set(this.opened);H.delete(C)||H.add(C),this.opened=H}};n([v({attribute:!1,hasChanged:R})],T.prototype,"hass",2),n([v({attribute:!1})],T.prototype,"group",2),n([v()],T.prototype,"entryId",2),n([Z()],T.prototype,"periods",2),n([Z()],T.prototype,"rows",2),n([Z()],T.prototype,"charger",2),n([Z()],T.prototype,"live",2),n([Z()],T.prototype,"most",2),n([Z()],T.prototype,"opened",2),n([Z()],T.prototype,"error",2);var l3=(M,V)=>V.toDateString()===new Date().toDateString()?X1(M,V,!0):E(M,V,!0);k("elm-log",T);var x2=m1(class extends K{constructor(M){if(super(M),M.type!==D.PROPERTY&&M.type!==D.ATTRIBUTE&&M.type!==D.BOOLEAN_ATTRIBUTE)throw Error("The `live` directive is not allowed on child or event bindings");if(!m5(M))throw Error("`live` bindings can only contain a single expression")}render(M){return M}update(M,[V]){if(V===f||V===A)return V;let C=M.element,H=M.name;if(M.type===D.PROPERTY){if(V===C[H])return f}else if(M.type===D.BOOLEAN_ATTRIBUTE){if(!!V===C.hasAttribute(H))return f}else if(M.type===D.ATTRIBUTE&&C.getAttribute(H)===V+"")return f;return z1(M),V}});var v3={yes:C2,no:c2,unknown:b2},J=class extends S{constructor(){super(...arguments);this.entryId="";this.errors={};this.savedKey=""}static{this.styles=[w,O`
      :host {
        display: grid;
        gap: 16px;
        min-width: 0;
        max-width: 860px;
        margin: 0 auto;
      }
      .setting {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        gap: 2px 16px;
        padding-block: 12px;
      }
      .setting + .setting {
        border-top: 1px solid var(--line);
      }
      .setting label,
      .setting .control {
        min-width: 0;
      }
      .setting .help {
        grid-column: 1;
        color: var(--quiet);
        font-size: var(--ha-font-size-s, 12px);
      }
      .setting .control {
        grid-column: 2;
        grid-row: 1 / span 2;
        display: flex;
        align-items: center;
        gap: 8px;
        max-width: 100%;
      }
      .setting .error {
        grid-column: 1 / -1;
        color: var(--bad);
      }
      .wide {
        grid-template-columns: 1fr;
        gap: 6px;
      }
      .wide .control {
        grid-column: 1;
        grid-row: auto;
      }
      .wide select {
        width: 100%;
      }
      .charger {
        padding-block: 12px;
        display: grid;
        gap: 8px;
      }
      .charger + .charger {
        border-top: 1px solid var(--line);
      }
      .indicators {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 20px;
      }
      .indicator {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .yes .icon {
        color: var(--good);
      }
      .no .icon {
        color: var(--bad);
      }
      .unknown .icon {
        color: var(--quiet);
      }
      .saved {
        color: var(--good);
      }
      .title {
        display: flex;
        align-items: center;
        gap: 8px;
        flex-wrap: wrap;
        justify-content: space-between;
      }
      @media (max-width: 420px) {
        .setting {
          gap: 2px 10px;
        }
        input[type="number"] {
          width: 84px;
        }
      }
    `]}get readOnly(){return!this.hass.user?.is_admin||!this.hass.connected}render(){let{hass:C,group:H}=this;return o`
      ${C.user?.is_admin?A:o`<div class="alert" role="note">
            ${u(Q)} ${t(C,"settings.read_only")}
          </div>`}
      ${C.user?.is_admin&&H.unknown.length?this.unknown():A}
      <section class="card" aria-labelledby="group">
        <h2 id="group">${t(C,"settings.group")}</h2>
        ${this.groupSettings(H.settings)}
        ${H.circuits.filter(({kind:L})=>L==="feeder").map(L=>this.feeder(L))}
      </section>
      ${H.chargers.length?o`<section class="card" aria-labelledby="chargers">
            <h2 id="chargers">${t(C,"settings.chargers")}</h2>
            ${H.chargers.map(L=>this.charger(L))}
          </section>`:A}
      ${C.user?.is_admin?o`<div>
            <a class="button tonal" href=${q(this.entryId)}
              >${t(C,"settings.entry")}</a
            >
          </div>`:A}
    `}groupSettings(C){let{hass:H}=this,L=r=>({rated:c(H,r)});return o`
      ${this.currentSetting("maximum_current",C.maximum_current,C.rated_current,{...L(C.rated_current)})}
      ${this.switchSetting("balancing",C.balancing)}
      ${this.choice("policy",C.policy,["take_turns","minimum_for_all"],"policies")}
      ${C.adaptive===void 0?o`<div class="setting">
            <span class="help">${t(H,"settings.no_meter")}</span>
            ${H.user?.is_admin?o`<span class="control"
                  ><a class="button" href=${q(this.entryId)}
                    >${t(H,"settings.set_up_meter")}</a
                  ></span
                >`:A}
          </div>`:o`
            ${this.switchSetting("adaptive",C.adaptive)}
            ${this.currentSetting("grid_maximum_current",C.grid_maximum_current,C.grid_rated_current,L(C.grid_rated_current))}
            ${this.currentSetting("safe_limit",C.safe_limit,C.rated_current,{})}
            ${this.choice("phase_choice",C.phase_choice,["each_phase","highest_phase","l1","l2","l3"],"phase_choices")}
          `}
    `}currentSetting(C,H,L,r){let{hass:e}=this;return o`<div class="setting">
      <label for=${C}>${t(e,`settings.${C}`)}</label>
      <span class="help" id="${C}-help">${t(e,`settings.${C}_help`,r)}</span>
      <span class="control">
        ${this.saved(C)}
        <input
          id=${C}
          type="number"
          inputmode="decimal"
          min="0"
          max=${L}
          step="0.1"
          .value=${String(H)}
          ?disabled=${this.readOnly}
          aria-describedby="${C}-help"
          aria-invalid=${C in this.errors}
          @change=${i=>this.setCurrent(C,i,L)}
        />
        <span class="quiet">A</span>
      </span>
      ${this.error(C)}
    </div>`}feeder(C){let{hass:H}=this,L=Math.max(...C.rated),r=Math.max(...C.limit);return o`<div class="setting">
      <label for=${C.id}>${C.name}</label>
      <span class="help">${t(H,"settings.feeder_help",{rated:c(H,L)})}</span>
      <span class="control">
        ${this.saved(C.id)}
        <input
          id=${C.id}
          type="number"
          inputmode="decimal"
          min="0"
          max=${L}
          step="0.1"
          .value=${String(r)}
          ?disabled=${this.readOnly}
          @change=${e=>this.save(C.id,e.target,i=>i5(H,this.entryId,C.id,i))}
        />
        <span class="quiet">A</span>
      </span>
      ${this.error(C.id)}
    </div>`}switchSetting(C,H){let{hass:L}=this;return o`<div class="setting">
      <label for=${C}>${t(L,`settings.${C}`)}</label>
      <span class="help" id="${C}-help">${t(L,`settings.${C}_help`)}</span>
      <span class="control">
        ${this.saved(C)}
        <input
          id=${C}
          type="checkbox"
          role="switch"
          .checked=${x2(H)}
          ?disabled=${this.readOnly}
          aria-describedby="${C}-help"
          @change=${r=>this.change(C,{[C]:r.target.checked})}
        />
      </span>
      ${this.error(C)}
    </div>`}choice(C,H,L,r){let{hass:e}=this;return o`<div class="setting wide">
      <label for=${C}>${t(e,`settings.${C}`)} ${this.saved(C)}</label>
      <span class="control">
        <select
          id=${C}
          .value=${x2(H)}
          ?disabled=${this.readOnly}
          @change=${i=>this.change(C,{[C]:i.target.value})}
        >
          ${L.map(i=>o`<option value=${i} ?selected=${i===H}>
                ${t(e,`settings.${r}.${i}`)}
              </option>`)}
        </select>
      </span>
      ${this.error(C)}
    </div>`}charger(C){let{hass:H,group:L}=this,r=[C.vendor,C.model].filter(Boolean).join(" ");return o`<div class="charger">
      <div class="title">
        <h3 class="name">${C.name}</h3>
        <span class="quiet">${r||C.id}</span>
      </div>
      <div class="indicators">
        ${this.indicator("dlm",C.dlm)} ${this.indicator("alm",C.alm)}
      </div>
      <p class="quiet">${t(H,"settings.without")}: ${this.deadMan(C.dead_man)}</p>
      ${g1(H,L).filter(e=>e.charger.id===C.id).map(({connector:e,key:i,name:a})=>{let p=`outlet-${i}`;return o`<div class="setting">
            <label for=${p}
              >${C.connectors.length>1?a:t(H,"settings.connector_maximum")}
            </label>
            <span class="control">
              ${this.saved(p)}
              <input
                id=${p}
                type="number"
                inputmode="decimal"
                min=${C.minimum}
                max=${C.maximum}
                step="0.1"
                .value=${String(e.maximum)}
                ?disabled=${this.readOnly}
                aria-label=${t(H,"settings.connector_maximum_of",{name:a})}
                @change=${l=>this.save(p,l.target,m=>I1(H,this.entryId,C.id,e.number,{maximum:m}))}
              />
              <span class="quiet">A</span>
            </span>
            ${this.error(p)}
          </div>`})}
    </div>`}deadMan({state:C,fallback:H,lifetime:L}){let{hass:r}=this;if(C==="unknown")return t(r,"settings.dead_man.unknown");if(C==="not_possible"||H===null)return t(r,"settings.dead_man.stays");let e=`${H>0?"falls":"stops"}${L===null?"_soon":""}`;return`${t(r,`settings.dead_man.${e}`,{fallback:c(r,H),time:Y(r,L??0)})} (${t(r,`settings.dead_man.${C}`)})`}indicator(C,{suited:H,because:L}){let{hass:r}=this;return o`<span class="indicator small ${H}">
      ${u(v3[H])}
      <span
        >${t(r,`settings.${C}`)}: ${t(r,`settings.suited.${H}`)}
        <span class="quiet">(${t(r,`settings.because.${L}`)})</span></span
      >
    </span>`}unknown(){let{hass:C,group:H}=this;return o`<section class="card" aria-labelledby="unknown">
      <h2 id="unknown">${t(C,"settings.unknown")}</h2>
      <p class="quiet">${t(C,"settings.unknown_help")}</p>
      ${H.unknown.map(L=>o`<div class="setting">
          <span class="name"><strong>${L.id}</strong></span>
          <span class="help"
            >${[L.vendor,L.model].filter(Boolean).join(" ")}
            ${t(C,L.connected?"settings.unknown_connected":"settings.unknown_gone")}</span
          >
          <span class="control"
            ><a class="button tonal" href=${q(this.entryId)}
              >${t(C,"settings.add")}</a
            ></span
          >
        </div>`)}
    </section>`}saved(C){return o`<span role="status" class="saved small"
      >${this.savedKey===C?o`${u(C2)}<span class="sr">${t(this.hass,"settings.saved")}</span>`:A}</span
    >`}error(C){let H=this.errors[C];return H?o`<p class="error" role="alert">${H}</p>`:A}setCurrent(C,H,L){this.save(C,H.target,r=>a2(this.hass,this.entryId,{[C]:r}))}async save(C,H,L){if(!H.checkValidity()||H.value===""){this.errors={...this.errors,[C]:H.validationMessage};return}await this.attempt(C,()=>L(H.valueAsNumber))}change(C,H){this.attempt(C,()=>a2(this.hass,this.entryId,H))}async attempt(C,H){let{[C]:L,...r}=this.errors;this.errors=r;try{await H(),this.savedKey=C,window.setTimeout(()=>{this.savedKey===C&&(this.savedKey="")},3e3)}catch(e){this.errors={...this.errors,[C]:F(this.hass,e)},this.requestUpdate()}}};n([v({attribute:!1,hasChanged:R})],J.prototype,"hass",2),n([v({attribute:!1})],J.prototype,"group",2),n([v()],J.prototype,"entryId",2),n([Z()],J.prototype,"errors",2),n([Z()],J.prototype,"savedKey",2);k("elm-settings",J);var $5=[{name:"now",icon:E2},{name:"history",icon:b1},{name:"log",icon:f2},{name:"settings",icon:h2}],x3=5e3,i1=class extends S{constructor(){super(...arguments);this.narrow=!1;this.follower=new d1(this);this.now=()=>this.follower.now;this.listing=!1}static{this.styles=[w,O`
      :host {
        display: flex;
        flex-direction: column;
        height: 100%;
        min-height: 100vh;
        min-height: 100dvh;
        background: var(--primary-background-color, #fafafa);
      }
      .toolbar {
        position: sticky;
        top: 0;
        z-index: 4;
        background: var(--app-header-background-color, var(--sidebar-background-color, #fff));
        color: var(--app-header-text-color, var(--sidebar-text-color, #212121));
        border-bottom: var(--app-header-border-bottom, 1px solid var(--line));
        padding-top: var(--safe-area-inset-top, 0px);
        padding-inline: var(--safe-area-inset-left, 0px) var(--safe-area-inset-right, 0px);
      }
      .bar {
        display: flex;
        align-items: center;
        height: var(--header-height, 56px);
        padding-inline: 12px;
        gap: 12px;
      }
      .title {
        font-size: var(--ha-font-size-xl, 20px);
        font-weight: var(--ha-font-weight-normal, 400);
        margin-inline-start: 8px;
      }
      .bar select {
        color: inherit;
        max-width: 45vw;
      }
      .menu {
        color: inherit;
        padding: 0 10px;
      }
      nav {
        display: flex;
        height: 100%;
        flex: 1;
        justify-content: center;
      }
      nav a {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 0 18px;
        color: inherit;
        text-decoration: none;
        border-bottom: 2px solid transparent;
        border-top: 2px solid transparent;
      }
      nav a[aria-current] {
        color: var(--accent-words);
        border-bottom-color: currentColor;
      }
      nav a:focus-visible {
        outline-offset: -3px;
      }
      .side {
        min-width: 150px;
        display: flex;
        justify-content: flex-end;
      }
      main {
        flex: 1;
        width: 100%;
        max-width: 1280px;
        margin: 0 auto;
        padding: 16px;
        padding-inline: max(16px, var(--safe-area-inset-left, 0px))
          max(16px, var(--safe-area-inset-right, 0px));
        display: grid;
        gap: 16px;
        align-content: start;
        grid-template-columns: minmax(0, 1fr);
      }
      :host([narrow]) main {
        padding: 12px 12px calc(76px + var(--safe-area-inset-bottom, 0px));
        gap: 12px;
      }
      :host([narrow]) nav {
        position: fixed;
        z-index: 4;
        inset-inline: 0;
        bottom: 0;
        height: calc(60px + var(--safe-area-inset-bottom, 0px));
        padding-bottom: var(--safe-area-inset-bottom, 0px);
        background: var(--sidebar-background-color, #fff);
        color: var(--sidebar-text-color, #212121);
        border-top: 1px solid var(--line);
      }
      :host([narrow]) nav a {
        flex: 1;
        flex-direction: column;
        gap: 0;
        justify-content: center;
        padding: 0 4px;
        border: 0;
        font-size: var(--ha-font-size-s, 12px);
      }
      :host([narrow]) nav a[aria-current] {
        color: var(--accent-words);
      }
      :host([narrow]) .side {
        min-width: 0;
        margin-inline-start: auto;
      }
      .content {
        min-width: 0;
      }
      .old {
        opacity: 0.6;
      }
    `]}connectedCallback(){super.connectedCallback(),this.timer=window.setInterval(()=>{(!this.groups?.length||this.follower.seen.state==="removed")&&this.list()},x3)}disconnectedCallback(){super.disconnectedCallback(),window.clearInterval(this.timer)}async list(){if(!(this.listing||!this.hass?.connected)){this.listing=!0;try{this.groups=await N1(this.hass)}catch{}finally{this.listing=!1}}}get tab(){let C=this.route?.path.split("/")[1];return $5.find(H=>H.name===C)?.name??"now"}get entryId(){let C=this.route?.path.split("/")[2];return(this.groups?.find(({entry_id:H})=>H===C)??this.groups?.[0])?.entry_id}willUpdate(C){if(C.has("hass")&&this.hass){let L=C.get("hass");L?.language!==this.hass.language&&Q1(this.hass).then(()=>this.requestUpdate()),(!this.groups||L?.connected===!1)&&this.list()}let{entryId:H}=this;this.hass&&H&&this.follower.follow(this.hass,H)}render(){let{hass:C}=this;if(!C)return A;let H=this.tabs();return o`
      <div class="toolbar">
        <div class="bar">
          ${this.menu()} ${this.narrow?o`<h1 class="title name">${t(C,"title")}</h1>`:o`<h1 class="title">${t(C,"title")}</h1>`}
          ${this.narrow?A:H}
          <div class="side">${this.groupPicker()}</div>
        </div>
      </div>
      <main>
        ${C.connected?A:o`<div class="alert warn" role="status">
              ${u(g2)}<span class="grow">${t(C,"reconnecting")}</span>
            </div>`}
        <div class="content ${C.connected?"":"old"}">${this.content()}</div>
      </main>
      ${this.narrow?H:A}
    `}menu(){return customElements.get("ha-menu-button")?o`<ha-menu-button .hass=${this.hass} .narrow=${this.narrow}></ha-menu-button>`:this.narrow?o`<button
          class="menu"
          aria-label=${t(this.hass,"menu")}
          @click=${()=>this.dispatchEvent(new CustomEvent("hass-toggle-menu",{bubbles:!0,composed:!0}))}
        >
          ${u(k2)}
        </button>`:o``}path(C){let{entryId:H}=this;return this.groups&&this.groups.length>1?`${p1}/${C}/${H}`:`${p1}/${C}`}tabs(){return o`<nav aria-label=${t(this.hass,"title")}>
      ${$5.map(C=>o`<a href=${this.path(C.name)} aria-current=${this.tab===C.name?"page":A}>
            ${u(C.icon)}<span>${t(this.hass,`tabs.${C.name}`)}</span>
          </a>`)}
    </nav>`}groupPicker(){return!this.groups||this.groups.length<2?A:o`<select
      aria-label=${t(this.hass,"group")}
      @change=${C=>{let H=`${p1}/${this.tab}/${C.target.value}`;history.pushState(null,"",H),window.dispatchEvent(new CustomEvent("location-changed",{detail:{replace:!1}}))}}
    >
      ${this.groups.map(({entry_id:C,name:H})=>o`<option value=${C} ?selected=${C===this.entryId}>${H}</option>`)}
    </select>`}content(){let{hass:C,groups:H}=this;if(!H)return o`<p class="quiet" aria-busy="true">${t(C,"loading")}</p>`;if(!H.length)return $(z,t(C,"no_groups.title"),t(C,C.user?.is_admin?"no_groups.admin":"no_groups.guest"),C.user?.is_admin?o`<a class="button filled" href=${a5}
              >${t(C,"no_groups.add")}</a
            >`:A);let{seen:L}=this.follower;switch(L.state){case"loading":return o`<p class="quiet" aria-busy="true">${t(C,"loading")}</p>`;case"removed":return $(D2,t(C,"removed.title"),t(C,"removed.text"));case"stopped":return $(B2,t(C,"stopped.title"),L.reason??t(C,"stopped.text"),C.user?.is_admin?o`<a class="button tonal" href=${q(this.entryId)}
                >${t(C,"stopped.open")}</a
              >`:A);case"unreachable":return $(Q,t(C,"unreachable.title"),t(C,"unreachable.text",{error:L.error}))}let{group:r}=L,e=this.entryId;switch(this.tab){case"now":return o`<elm-now
          .hass=${C}
          .group=${r}
          .entryId=${e}
          .now=${this.now}
        ></elm-now>`;case"history":return o`<elm-history
          .hass=${C}
          .entryId=${e}
          .phases=${r.phases}
          .hasMeter=${r.settings.safe_limit!==void 0}
        ></elm-history>`;case"log":return o`<elm-log .hass=${C} .group=${r} .entryId=${e}></elm-log>`;case"settings":return o`<elm-settings
          .hass=${C}
          .group=${r}
          .entryId=${e}
        ></elm-settings>`}}};n([v({attribute:!1,hasChanged:R})],i1.prototype,"hass",2),n([v({type:Boolean,reflect:!0})],i1.prototype,"narrow",2),n([v({attribute:!1})],i1.prototype,"route",2),n([Z()],i1.prototype,"groups",2);k("ev-load-manager-panel",i1);export{i1 as Panel};
/*! Bundled license information:

@lit/reactive-element/css-tag.js:
  (**
   * @license
   * Copyright 2019 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/reactive-element.js:
lit-html/lit-html.js:
lit-element/lit-element.js:
@lit/reactive-element/decorators/custom-element.js:
@lit/reactive-element/decorators/property.js:
@lit/reactive-element/decorators/state.js:
@lit/reactive-element/decorators/event-options.js:
@lit/reactive-element/decorators/base.js:
@lit/reactive-element/decorators/query.js:
@lit/reactive-element/decorators/query-all.js:
@lit/reactive-element/decorators/query-async.js:
@lit/reactive-element/decorators/query-assigned-nodes.js:
lit-html/directive.js:
lit-html/directives/repeat.js:
  (**
   * @license
   * Copyright 2017 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/is-server.js:
  (**
   * @license
   * Copyright 2022 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

@lit/reactive-element/decorators/query-assigned-elements.js:
  (**
   * @license
   * Copyright 2021 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directive-helpers.js:
lit-html/directives/live.js:
  (**
   * @license
   * Copyright 2020 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)

lit-html/directives/style-map.js:
  (**
   * @license
   * Copyright 2018 Google LLC
   * SPDX-License-Identifier: BSD-3-Clause
   *)
*/
